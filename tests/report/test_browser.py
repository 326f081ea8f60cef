"""The page in a real browser: it fits a phone, prints, makes no noise and asks for nothing."""

import made
import pytest
from browser import Browser, find

from recordkit import report

PROGRAM = find()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")
WIDER_THAN_THE_PAGE = """
[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, nav, .unseen') &&
  e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 80))
"""
CONTRAST = """
(() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const back = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
  const bad = [];
  for (const e of document.querySelectorAll('h1,h2,h3,h4,p,th,td,li,a,strong,span.small,span.name,.facts span')) {
    if (!e.textContent.trim() || !e.getClientRects().length) continue;
    const a = lum(parse(getComputedStyle(e).color)), b = lum(back(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 90));
  }
  return bad;
})()
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = Browser(PROGRAM, tmp_path_factory.mktemp("home"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "summary.html"
    long = "Directorate General of Monitoring and Evaluation of Provincial Police Services"
    agencies = {**made.AGENCIES, "fia": made.Agency(long), "railways": made.Agency("وزارتِ ریلوے کی پولیس")}
    edition = made.edition(500, sources=[{"name": "x" * 180 + ".xlsx", "file_sha256": "locked2", "period": "2026-07"}],
                           issues=[{"file_sha256": "locked2", "code": "RK102", "severity": "reject"}])  # fmt: skip
    path.write_text(report.html(report.figures(edition, known=made.knowledge(agencies))), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_nothing_sticks_out_of_the_page(browser, page, width):
    browser.open(page, width)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate(WIDER_THAN_THE_PAGE) == []


def test_the_page_is_silent_and_asks_for_nothing(browser, page):
    browser.open(page, 375)
    requests = [event["request"]["url"] for event in browser.events("Network.requestWillBeSent")]
    assert [url for url in requests if not url.startswith("data:")] == [page]
    assert browser.events("Runtime.consoleAPICalled") == []
    assert browser.events("Runtime.exceptionThrown") == []
    assert browser.events("Log.entryAdded") == []


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(browser, page, dark):
    browser.open(page, 1280, dark=dark)
    assert browser.evaluate(CONTRAST) == []


def test_the_page_prints(browser, page):
    browser.open(page, 1280)
    printed = browser.pdf()
    assert printed.startswith(b"%PDF")
    assert len(printed) > 50_000

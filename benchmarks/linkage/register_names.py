"""Names of the people of `registers.py`, by region and generation, Latin and Urdu, the most frequent first.

From general knowledge of how people are named there; nothing was counted in any register, so the frequencies are those
of a law (Zipf and Mandelbrot) and not of a country. They share names with name_stock.py, as the country does, but not
their order, nor the way in which names are composed: here a name is drawn whole, by region and year of birth.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

Pair = tuple[str, str]  # Latin, Urdu


def pairs(text: str) -> list[Pair]:
    """`Latin:Urdu` by comma, in the order given."""
    made = [one.strip().split(":") for one in text.replace("\n", " ").split(",") if one.strip()]
    return [(latin, urdu) for latin, urdu in made]


@dataclass(frozen=True)
class Stock:
    """Words from which a region makes its names. old, young: whole names of people born before and after 1985."""

    old: list[Pair]
    young: list[Pair]
    women: list[Pair]
    before: list[tuple[float, Pair]]  # share of names that have it in front
    after: list[tuple[float, Pair]]  # share that have it behind
    women_after: list[tuple[float, Pair]]
    tribes: list[Pair]
    tribe_in_name: float  # share of families that carry their tribe as a last name
    weights: dict[int, list[float]] = field(default_factory=dict)

    def draw(self, rng: random.Random, stock: list[Pair]) -> Pair:
        """One entry; the frequency of the n-th falls as 1 / (n + 4)."""
        known = self.weights.setdefault(len(stock), [1 / (place + 4) for place in range(len(stock))])
        return rng.choices(stock, known)[0]

    def man(self, rng: random.Random, born: int) -> list[Pair]:
        """The words of a man's name."""
        share = min(max((born - 1955) / 45, 0.05), 0.95)
        core = self.draw(rng, self.young if rng.random() < share else self.old)
        words = [core]
        if " " not in core[0]:
            words = [*_some(rng, self.before), core]
            words += _some(rng, self.after) if len(words) == 1 or rng.random() < 0.25 else []
        return [word for word, following in zip(words, [*words[1:], None], strict=True) if word != following]

    def woman(self, rng: random.Random) -> list[Pair]:
        """The words of a woman's name."""
        core = self.draw(rng, self.women)
        return [core, *(word for word in _some(rng, self.women_after) if word[0] not in core[0].split(" "))]


def _some(rng: random.Random, choices: list[tuple[float, Pair]]) -> list[Pair]:
    at = rng.random()
    for share, word in choices:
        if at < share:
            return [word]
        at -= share
    return []


MUHAMMAD, GHULAM, ALI, AHMAD, HUSSAIN, KHAN, SHAH = pairs(
    "Muhammad:محمد, Ghulam:غلام, Ali:علی, Ahmad:احمد, Hussain:حسین, Khan:خان, Shah:شاہ"
)
BIBI, MAI, BEGUM, KHATOON, PARVEEN, GUL, JAN = pairs(
    "Bibi:بی بی, Mai:مائی, Begum:بیگم, Khatoon:خاتون, Parveen:پروین, Gul:گل, Jan:جان"
)
ABBAS, IQBAL, NAWAZ, HASSAN, RAZA, MASIH, KUMAR, BUX, BALOCH, ULLAH = pairs(
    "Abbas:عباس, Iqbal:اقبال, Nawaz:نواز, Hassan:حسن, Raza:رضا, Masih:مسیح, Kumar:کمار, Bux:بخش, Baloch:بلوچ, Ullah:اللہ"
)

PUNJAB = Stock(
    old=pairs("""Bashir:بشیر, Nazir:نذیر, Aslam:اسلم, Sharif:شریف, Allah Ditta:اللہ دتہ, Ghulam Rasool:غلام رسول, Siddique:صدیق,
    Anwar:انور, Yousaf:یوسف, Noor Muhammad:نور محمد, Ramzan:رمضان, Rafique:رفیق, Rehmat Ali:رحمت علی, Ashraf:اشرف, Latif:لطیف,
    Khushi Muhammad:خوشی محمد, Barkat Ali:برکت علی, Akbar:اکبر, Sardar Muhammad:سردار محمد, Hanif:حنیف, Ghulam Mustafa:غلام مصطفیٰ,
    Abdul Majeed:عبدالمجید, Abdul Ghafoor:عبدالغفور, Abdul Hameed:عبدالحمید, Manzoor:منظور, Mukhtar:مختار, Sarwar:سرور, Hussain Bakhsh:حسین بخش,
    Khuda Bakhsh:خدا بخش, Siraj Din:سراج دین, Fazal Din:فضل دین, Nawab Din:نواب دین, Jamal Din:جمال دین, Ghulam Haider:غلام حیدر, Inayat:عنایت,
    Sadiq:صادق, Boota:بوٹا, Shafi:شفیع, Ibrahim:ابراہیم, Ismail:اسماعیل, Mehar Din:مہر دین, Abdul Rasheed:عبدالرشید, Abdul Sattar:عبدالستار,
    Ghulam Hussain:غلام حسین, Ghulam Abbas:غلام عباس, Lal Din:لال دین, Walayat:ولایت, Karamat:کرامت, Liaqat:لیاقت, Sultan:سلطان, Yaqoob:یعقوب"""),
    young=pairs("""Usman:عثمان, Bilal:بلال, Imran:عمران, Ahsan:احسن, Hamza:حمزہ, Adnan:عدنان, Waqas:وقاص, Asif:آصف, Kashif:کاشف, Umair:عمیر,
    Shahbaz:شہباز, Rizwan:رضوان, Naveed:نوید, Zeeshan:ذیشان, Abdul Rehman:عبدالرحمن, Arslan:ارسلان, Faisal:فیصل, Nadeem:ندیم, Sajid:ساجد,
    Irfan:عرفان, Waseem:وسیم, Shahid:شاہد, Tanveer:تنویر, Qaiser:قیصر, Adeel:عدیل, Junaid:جنید, Haroon:ہارون, Awais:اویس, Zain:زین,
    Danish:دانش, Faizan:فیضان, Amjad:امجد, Khurram:خرم, Babar:بابر, Tayyab:طیب, Talha:طلحہ, Mudassar:مدثر, Mubashar:مبشر, Muzammil:مزمل,
    Saqib:ثاقب, Aqib:عاقب, Sohail:سہیل, Shoaib:شعیب, Zubair:زبیر, Abdullah:عبداللہ, Ali Hamza:علی حمزہ, Ali Raza:علی رضا, Hasnain:حسنین,
    Shehroz:شہروز, Shahzaib:شاہ زیب, Daniyal:دانیال, Rehan:ریحان, Ansar:انصر, Yasir:یاسر, Qamar:قمر, Zahid:زاہد, Sheraz:شیراز, Gulfam:گلفام"""),
    women=pairs("""Nasreen:نسرین, Shamim:شمیم, Kausar:کوثر, Rukhsana:رخسانہ, Shazia:شازیہ, Nazia:نازیہ, Sughran:صغراں, Zubaida:زبیدہ, Saima:صائمہ,
    Samina:ثمینہ, Bushra:بشریٰ, Iqra:اقراء, Ayesha:عائشہ, Fatima:فاطمہ, Maryam:مریم, Rabia:رابعہ, Sana:ثناء, Aqsa:اقصیٰ, Irum:ارم, Sumaira:سمیرا,
    Rashida:رشیدہ, Hameeda:حمیدہ, Naseem:نسیم, Parveen:پروین, Safia:صفیہ, Tahira:طاہرہ, Kaneez:کنیز, Sakina:سکینہ, Mehwish:مہوش, Anum:انعم,
    Sidra:سدرہ, Uzma:عظمیٰ, Farzana:فرزانہ, Shabana:شبانہ, Riffat:رفعت, Tasleem:تسلیم, Irshad:ارشاد, Balqees:بلقیس, Hajra:ہاجرہ, Nusrat:نصرت"""),
    before=[(0.46, MUHAMMAD), (0.05, GHULAM), (0.02, pairs("Malik:ملک")[0]), (0.02, pairs("Mian:میاں")[0])],
    after=[(0.2, AHMAD), (0.19, ALI), (0.13, HUSSAIN), (0.07, IQBAL), (0.06, ABBAS), (0.04, NAWAZ), (0.03, RAZA), (0.04, MASIH)],
    women_after=[(0.4, BIBI), (0.12, PARVEEN), (0.08, BEGUM), (0.06, pairs("Akhtar:اختر")[0]), (0.05, pairs("Kausar:کوثر")[0])],
    tribes=pairs("""Jatt:جٹ, Arain:آرائیں, Rajput:راجپوت, Gujjar:گجر, Bhatti:بھٹی, Rehmani:رحمانی, Muslim Sheikh:مسلم شیخ, Awan:اعوان, Mochi:موچی,
    Kamboh:کمبوہ, Dogar:ڈوگر, Machhi:ماچھی, Kumhar:کمہار, Mughal:مغل, Butt:بٹ, Cheema:چیمہ, Sial:سیال, Lohar:لوہار, Khokhar:کھوکھر, Ansari:انصاری"""),
    tribe_in_name=0.18,
)
SOUTH = Stock(
    old=pairs("""Allah Bakhsh:اللہ بخش, Ghulam Hussain:غلام حسین, Khuda Bakhsh:خدا بخش, Allah Wasaya:اللہ وسایا, Haji:حاجی, Rabnawaz:ربنواز, Haqnawaz:حقنواز,
    Ghulam Fareed:غلام فرید, Ghulam Yaseen:غلام یاسین, Ghulam Qadir:غلام قادر, Karim Bakhsh:کریم بخش, Rasool Bakhsh:رسول بخش, Nabi Bakhsh:نبی بخش,
    Faiz:فیض, Ghulam Sarwar:غلام سرور, Jind Wadda:جند وڈا, Allah Yar:اللہ یار, Manzoor:منظور, Fida:فدا, Mumtaz:ممتاز, Iqbal:اقبال, Ghulam Akbar:غلام اکبر,
    Ahmad Bakhsh:احمد بخش, Ghulam Shabbir:غلام شبیر, Khadim:خادم, Sajjad:سجاد, Nazar:نذر, Peer Bakhsh:پیر بخش, Elahi Bakhsh:الہی بخش, Ashiq:عاشق"""),
    young=pairs("""Sajjad:سجاد, Ejaz:اعجاز, Riaz:ریاض, Mujahid:مجاہد, Shahid:شاہد, Ghulam Abbas:غلام عباس, Zafar:ظفر, Nasir:ناصر, Asghar:اصغر,
    Khalid:خالد, Javed:جاوید, Abid:عابد, Akhtar:اختر, Jamshed:جمشید, Mazhar:مظہر, Azhar:اظہر, Kashif:کاشف, Asif:آصف, Bilal:بلال, Waseem:وسیم,
    Qasim:قاسم, Aamir:عامر, Arif:عارف, Yousaf:یوسف, Ramzan:رمضان, Safdar:صفدر, Tariq:طارق, Hamid:حامد, Majid:ماجد, Shakeel:شکیل, Saeed:سعید"""),
    women=pairs("""Kaneez:کنیز, Zainab:زینب, Fatima:فاطمہ, Sughra:صغریٰ, Shamim:شمیم, Sajida:ساجدہ, Allah Wasai:اللہ وسائی, Naseem:نسیم, Hameeda:حمیدہ,
    Jindo:جندو, Mumtaz:ممتاز, Bashiran:بشیراں, Amna:آمنہ, Haleema:حلیمہ, Shahnaz:شہناز, Rani:رانی, Sumera:سمیرا, Nasreen:نسرین, Zahida:زاہدہ, Robina:روبینہ"""),
    before=[(0.5, MUHAMMAD), (0.12, GHULAM), (0.04, pairs("Malik:ملک")[0])],
    after=[(0.2, HUSSAIN), (0.2, AHMAD), (0.12, ABBAS), (0.1, ALI), (0.05, NAWAZ)],
    women_after=[(0.38, MAI), (0.3, BIBI)],
    tribes=pairs("""Leghari:لغاری, Khosa:کھوسہ, Mazari:مزاری, Chandia:چانڈیہ, Gopang:گوپانگ, Joyia:جوئیہ, Wattoo:وٹو, Daha:ڈاہا, Laar:لاڑ, Arain:آرائیں, Jatt:جٹ,
    Baloch:بلوچ, Syed:سید, Qureshi:قریشی, Thaheem:تھہیم"""),
    tribe_in_name=0.3,
)
SINDH = Stock(
    old=pairs("""Allah Dino:اللہ ڈنو, Muhammad Bux:محمد بخش, Ghulam Nabi:غلام نبی, Ali Gul:علی گل, Khamiso:خمیسو, Juman:جمن, Soomar:سومر, Ghulam Rasool:غلام رسول,
    Ghulam Hyder:غلام حیدر, Mir Hassan:میر حسن, Punhal:پنہل, Rahim Bux:رحیم بخش, Ali Murad:علی مراد, Imam Bux:امام بخش, Pir Bux:پیر بخش, Abdul Karim:عبدالکریم,
    Wahid Bux:واحد بخش, Khan Muhammad:خان محمد, Yar Muhammad:یار محمد, Ghulam Qadir:غلام قادر, Jan Muhammad:جان محمد, Achar:آچر, Arbab:ارباب, Hadi Bux:ہادی بخش,
    Sain Dino:سائیں ڈنو, Qadir Bux:قادر بخش, Nabi Bux:نبی بخش, Dur Muhammad:در محمد, Lal Bux:لال بخش, Mohan Lal:موہن لال, Lal Chand:لال چند, Bheemo:بھیمو"""),
    young=pairs("""Zulfiqar:ذوالفقار, Imdad:امداد, Sikandar:سکندر, Mushtaque:مشتاق, Aijaz:اعجاز, Riaz:ریاض, Altaf:الطاف, Nadir:نادر, Shabir:شبیر, Barkat:برکت,
    Ayaz:ایاز, Abdul Jabbar:عبدالجبار, Waqar:وقار, Sanaullah:ثناء اللہ, Asadullah:اسد اللہ, Inayatullah:عنایت اللہ, Khadim:خادم, Manzoor:منظور, Nisar:نثار,
    Rashid:راشد, Sarfraz:سرفراز, Ali Sher:علی شیر, Ali Nawaz:علی نواز, Ghulam Mustafa:غلام مصطفیٰ, Zahid:زاہد, Aamir:عامر, Kamran:کامران, Ramesh:رمیش,
    Suresh:سریش, Dileep:دلیپ, Vinod:ونود, Junaid:جنید, Faheem:فہیم, Wazir:وزیر, Bashir:بشیر, Mehboob:محبوب, Saddam:صدام"""),
    women=pairs("""Hajani:حاجانی, Zulekhan:زلیخاں, Sakina:سکینہ, Marvi:ماروی, Zainab:زینب, Hawa:حوا, Janat:جنت, Bhaagi:بھاگی, Shahzadi:شہزادی, Naseeban:نصیباں, Azeeman:عظیماں,
    Rubina:روبینہ, Fozia:فوزیہ, Benazir:بینظیر, Sassui:سسئی, Haseena:حسینہ, Farida:فریدہ, Kiran:کرن, Lachhmi:لچھمی, Shahida:شاہدہ, Noor Khatoon:نور خاتون"""),
    before=[(0.24, MUHAMMAD), (0.12, GHULAM), (0.04, pairs("Mir:میر")[0])],
    after=[(0.3, ALI), (0.18, HUSSAIN), (0.16, AHMAD), (0.06, KUMAR)],
    women_after=[(0.3, KHATOON), (0.1, BIBI), (0.08, MAI)],
    tribes=pairs("""Chandio:چانڈیو, Jatoi:جتوئی, Solangi:سولنگی, Mahar:مہر, Khoso:کھوسو, Brohi:بروہی, Magsi:مگسی, Lashari:لاشاری, Soomro:سومرو, Memon:میمن, Abro:ابڑو,
    Shar:شر, Bozdar:بزدار, Mirani:میرانی, Kolhi:کولہی, Meghwar:میگھواڑ, Panhwar:پنہور, Samejo:سمیجو, Khaskheli:خاصخیلی, Channa:چنا"""),
    tribe_in_name=0.8,
)
FRONTIER = Stock(
    old=pairs("""Gul Zaman:گل زمان, Khan Gul:خان گل, Zar Wali:زر ولی, Said Rehman:سید رحمان, Sher Zaman:شیر زمان, Mir Zaman:میر زمان, Habib ur Rehman:حبیب الرحمن,
    Fazal Karim:فضل کریم, Fazal Rabi:فضل ربی, Abdul Wahab:عبدالوہاب, Noor ul Haq:نور الحق, Muhammad Gul:محمد گل, Amir Zada:امیر زادہ, Bakht Zada:بخت زادہ, Shah Wazir:شاہ وزیر,
    Gul Muhammad:گل محمد, Jan Muhammad:جان محمد, Zahir:ظاہر, Sardar:سردار, Umar Khitab:عمر خطاب, Mumin:مومن, Taj Muhammad:تاج محمد, Akhtar Munir:اختر منیر,
    Said Jan:سید جان, Sultan Zeb:سلطان زیب, Aurang Zeb:اورنگزیب, Jehan Zeb:جہان زیب, Bacha:باچا, Lal Zada:لال زادہ, Nazar Gul:نظر گل, Itbar:اعتبار, Sakhi:سخی"""),
    young=pairs("""Imran:عمران, Ikram:اکرام, Zia:ضیاء, Asad:اسد, Bilal:بلال, Irfan:عرفان, Sajid:ساجد, Waheed:وحید, Shahid:شاہد, Kamran:کامران, Adnan:عدنان, Salman:سلمان,
    Naveed:نوید, Hidayat:ہدایت, Inam:انعام, Sana:ثناء, Aman:امان, Rahmat:رحمت, Nasrum:نصر من, Saif:سیف, Asmat:عصمت, Hazrat Ali:حضرت علی, Hazrat Umar:حضرت عمر,
    Fazal Hadi:فضل ہادی, Fazal Subhan:فضل سبحان, Abid:عابد, Ijaz:اعجاز, Wajid:واجد, Sohail:سہیل, Farman:فرمان, Jawad:جواد, Shah Faisal:شاہ فیصل, Yar Muhammad:یار محمد"""),
    women=pairs("""Zarghoona:زرغونہ, Bakht Meena:بخت مینہ, Gul Meena:گل مینہ, Palwasha:پلوشہ, Nagina:نگینہ, Shaista:شائستہ, Spogmay:سپوگمئی, Hameeda:حمیدہ, Rahila:راحیلہ, Salma:سلمیٰ,
    Razia:رضیہ, Shakila:شکیلہ, Naheed:ناہید, Bushra:بشریٰ, Taslim:تسلیم, Zarina:زرینہ, Khaista:خائستہ, Malala:ملالہ, Sanga:سانگہ, Noor Jehan:نور جہاں, Bas Bibi:بس بی بی"""),
    before=[(0.1, MUHAMMAD), (0.03, pairs("Haji:حاجی")[0]), (0.06, pairs("Syed:سید")[0])],
    after=[(0.5, KHAN), (0.2, ULLAH), (0.08, GUL), (0.06, SHAH), (0.04, JAN), (0.05, AHMAD)],
    women_after=[(0.35, BIBI), (0.15, BEGUM), (0.1, GUL)],
    tribes=pairs("""Yousafzai:یوسفزئی, Afridi:آفریدی, Khattak:خٹک, Mohmand:مہمند, Wazir:وزیر, Mehsud:محسود, Bangash:بنگش, Shinwari:شنواری, Orakzai:اورکزئی, Marwat:مروت,
    Swati:سواتی, Tanoli:تنولی, Gujar:گجر, Kakar:کاکڑ, Durrani:درانی"""),
    tribe_in_name=0.12,
)
BALOCHISTAN = Stock(
    old=pairs("""Dad Muhammad:داد محمد, Jan Muhammad:جان محمد, Shah Murad:شاہ مراد, Rahim Dad:رحیم داد, Khair Bakhsh:خیر بخش, Allah Bakhsh:اللہ بخش, Murad Bakhsh:مراد بخش, Dost Muhammad:دوست محمد,
    Ghous Bakhsh:غوث بخش, Karim Dad:کریم داد, Sher Jan:شیر جان, Abdul Raheem:عبدالرحیم, Peer Muhammad:پیر محمد, Taj Muhammad:تاج محمد, Mir Hamza:میر حمزہ, Lal Muhammad:لال محمد,
    Faqeer Muhammad:فقیر محمد, Gul Hassan:گل حسن, Shafi Muhammad:شفیع محمد, Nek Muhammad:نیک محمد, Attaullah:عطاء اللہ, Naseebullah:نصیب اللہ, Abdul Samad:عبدالصمد"""),
    young=pairs("""Asadullah:اسد اللہ, Zafar:ظفر, Naseer:نصیر, Balach:بالاچ, Hammal:حمل, Chakar:چاکر, Bahram:بہرام, Sanaullah:ثناء اللہ, Hafeezullah:حفیظ اللہ, Rahmatullah:رحمت اللہ, Nadir:نادر,
    Shabbir:شبیر, Abdul Malik:عبدالمالک, Abdul Wahid:عبدالواحد, Saeed:سعید, Waseem:وسیم, Javed:جاوید, Barkat:برکت, Liaquat:لیاقت, Ejaz:اعجاز, Saleem:سلیم, Esa:عیسیٰ, Musa:موسیٰ"""),
    women=pairs("""Banari:بناری, Mahnaz:مہناز, Gohar:گوہر, Hani:ہانی, Sammi:سمی, Zar Bibi:زر بی بی, Hajira:ہاجرہ, Naz:ناز, Dur Bibi:در بی بی, Mahgul:ماہ گل, Sadaf:صدف, Shari:شاری, Hooran:حوراں, Saira:سائرہ"""),
    before=[(0.15, MUHAMMAD), (0.08, pairs("Mir:میر")[0]), (0.05, GHULAM)],
    after=[(0.15, KHAN), (0.14, AHMAD), (0.1, JAN)],
    women_after=[(0.5, BIBI)],
    tribes=pairs("""Bugti:بگٹی, Marri:مری, Mengal:مینگل, Rind:رند, Raisani:رئیسانی, Bizenjo:بزنجو, Zehri:زہری, Jamali:جمالی, Kakar:کاکڑ, Achakzai:اچکزئی, Tareen:ترین, Langove:لانگو,
    Shahwani:شاہوانی, Nausherwani:نوشیروانی"""),
    tribe_in_name=0.45,
)
ALIASES = pairs("""Kala:کالا, Bhola:بھولا, Pappu:پپو, Chand:چاند, Guddu:گڈو, Sheeda:شیدا, Billa:بلا, Mithu:مٹھو, Sajna:سجنا, Lamba:لمبا, Jugnu:جگنو, Nanha:ننھا, Raju:راجو, Toti:طوطی, Baba:بابا,
Tiger:ٹائیگر, Doctor:ڈاکٹر, Ustad:استاد, Munna:منا, Heera:ہیرا""")

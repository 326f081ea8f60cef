"""Names for the generator, Latin and Urdu, most frequent first within each list, and how they get misspelt."""

from __future__ import annotations

import random
import re

MALE = """Aslam:اسلم Akram:اکرم Imran:عمران Ashraf:اشرف Bashir:بشیر Nadeem:ندیم Shahid:شاہد Tariq:طارق Khalid:خالد
Javed:جاوید Saleem:سلیم Naeem:نعیم Waseem:وسیم Arshad:ارشد Asif:آصف Kashif:کاشف Zahid:زاہد Rashid:راشد Rasheed:رشید
Iqbal:اقبال Yousaf:یوسف Rafiq:رفیق Shafiq:شفیق Latif:لطیف Sharif:شریف Bilal:بلال Usman:عثمان Umar:عمر Zubair:زبیر
Shoaib:شعیب Adnan:عدنان Farhan:فرحان Faisal:فیصل Sajid:ساجد Majid:ماجد Abid:عابد Amjad:امجد Amir:عامر Nasir:ناصر
Yasir:یاسر Qasim:قاسم Azam:اعظم Akbar:اکبر Asghar:اصغر Anwar:انور Munir:منیر Nazir:نذیر Zafar:ظفر Mazhar:مظہر
Azhar:اظہر Sarfraz:سرفراز Shahbaz:شہباز Mumtaz:ممتاز Riaz:ریاض Niaz:نیاز Ijaz:اعجاز Fayyaz:فیاض Liaqat:لیاقت
Shaukat:شوکت Hayat:حیات Siddique:صدیق Sadiq:صادق Farooq:فاروق Ishaq:اسحاق Razzaq:رزاق Yaqoob:یعقوب Ayub:ایوب
Ibrahim:ابراہیم Ismail:اسماعیل Idrees:ادریس Ilyas:الیاس Younis:یونس Dawood:داؤد Suleman:سلیمان Hamza:حمزہ Talha:طلحہ
Haroon:ہارون Mansoor:منصور Mahmood:محمود Maqsood:مقصود Masood:مسعود Dilawar:دلاور Bahadur:بہادر Sikandar:سکندر
Safdar:صفدر Haider:حیدر Mukhtar:مختار Iftikhar:افتخار Zulfiqar:ذوالفقار Nisar:نثار Sattar:ستار Ghaffar:غفار
Jabbar:جبار Wahid:واحد Hameed:حمید Majeed:مجید Rafi:رفیع Shafi:شفیع Rabnawaz:ربنواز Haqnawaz:حقنواز Allahditta:اللہدتہ
Karim:کریم Rahim:رحیم Hakim:حکیم Sultan:سلطان Usama:اسامہ Junaid:جنید Waqas:وقاص Waqar:وقار Kamran:کامران Rizwan:رضوان
Salman:سلمان Irfan:عرفان Noman:نعمان Luqman:لقمان Ramzan:رمضان Shaban:شعبان Rajab:رجب Gulzar:گلزار Gulab:گلاب
Zarif:ظریف Lal:لال Sher:شیر Babar:بابر Dilshad:دلشاد Naveed:نوید Saeed:سعید Waheed:وحید Jamil:جمیل Jamal:جمال
Kamal:کمال Jalal:جلال Hidayat:ہدایت Inayat:عنایت Barkat:برکت Rehmat:رحمت Nemat:نعمت Hashmat:حشمت Mehboob:محبوب
Yaseen:یاسین Mubarak:مبارک Mushtaq:مشتاق Ishtiaq:اشتیاق Ashfaq:اشفاق Aftab:آفتاب Mahtab:مہتاب Sohrab:سہراب Rustam:رستم
Feroz:فیروز Behram:بہرام Taimoor:تیمور Jahangir:جہانگیر Alamgir:عالمگیر Shamsher:شمشیر Zahoor:ظہور Ghafoor:غفور
Shakoor:شکور Nazeer:نظیر Zaman:زمان Amanullah:امان اللہ Saifullah:سیف اللہ Abdullah:عبداللہ Hafeez:حفیظ Aziz:عزیز"""
FEMALE = """Shazia:شازیہ Nazia:نازیہ Fatima:فاطمہ Ayesha:عائشہ Zainab:زینب Parveen:پروین Nasreen:نسرین Shamim:شمیم
Rukhsana:رخسانہ Sughra:صغریٰ Kausar:کوثر Rubina:روبینہ Sadia:سعدیہ Saima:صائمہ Asma:اسماء Uzma:عظمیٰ Bushra:بشریٰ
Samina:ثمینہ Shabana:شبانہ Farzana:فرزانہ Rehana:ریحانہ Sultana:سلطانہ Yasmin:یاسمین Nargis:نرگس Shehnaz:شہناز
Mumtaz:ممتاز Nasim:نسیم Tahira:طاہرہ Sajida:ساجدہ Zahida:زاہدہ Abida:عابدہ Khalida:خالدہ Naila:نائلہ Sobia:صوبیہ
Maria:ماریہ Iqra:اقراء Aqsa:اقصیٰ Kiran:کرن Sidra:سدرہ Hina:حنا Amna:آمنہ Khadija:خدیجہ Maryam:مریم Hafsa:حفصہ
Rabia:رابعہ Saba:صبا Gulshan:گلشن Gulnaz:گلناز Razia:رضیہ Zubaida:زبیدہ Hameeda:حمیدہ Jamila:جمیلہ Shakila:شکیلہ
Nagina:نگینہ Musarrat:مسرت Ishrat:عشرت Nusrat:نصرت Azra:عذرا Safia:صفیہ Robina:روبینا Zarina:زرینہ Salma:سلمیٰ"""
AFTER = """Khan:خان Ali:علی Ahmad:احمد Hussain:حسین Iqbal:اقبال Shah:شاہ Hassan:حسن Abbas:عباس Raza:رضا Gul:گل Jan:جان
Masih:مسیح Nawaz:نواز Din:دین Bakhsh:بخش Mehmood:محمود Akhtar:اختر Anjum:انجم Alam:عالم Zada:زادہ"""
BEFORE = "Muhammad:محمد Ghulam:غلام Abdul:عبد Syed:سید Malik:ملک Noor:نور Mian:میاں Haji:حاجی"
FEMALE_AFTER = "Bibi:بی_بی Begum:بیگم Khatoon:خاتون Bano:بانو Akhtar:اختر Kausar:کوثر Mai:مائی"
CASTE = """Jatt:جٹ Arain:آرائیں Rajput:راجپوت Gujjar:گجر Bhatti:بھٹی Butt:بٹ Sheikh:شیخ Mughal:مغل Awan:اعوان
Qureshi:قریشی Baloch:بلوچ Khokhar:کھوکھر Cheema:چیمہ Chattha:چٹھہ Warraich:وڑائچ Gondal:گوندل Ranjha:رانجھا Sial:سیال
Tarar:تارڑ Dogar:ڈوگر Kamboh:کمبوہ Ansari:انصاری Afridi:آفریدی Yousafzai:یوسفزئی Khattak:خٹک Mehsud:محسود Wazir:وزیر
Bangash:بنگش Shinwari:شنواری Mohmand:مہمند Bugti:بگٹی Mengal:مینگل Marri:مری Jatoi:جتوئی Soomro:سومرو Chandio:چانڈیو"""
SHORT = {"Muhammad": ["Mohammad", "Mohammed", "Muhammed", "M.", "Mohd", "Muhd", "M"], "Abdul": ["Abdur", "Abd-ul"],
         "Ghulam": ["Gulam", "Ghullam", "G."], "Hussain": ["Hussein", "Husain", "Hussian"], "Ahmad": ["Ahmed", "Ahmd"],
         "Syed": ["Sayed", "Syyed"], "Malik": ["Malak"], "Bibi": ["Bi Bi", "BiBi"], "Begum": ["Begam"]}  # fmt: skip
RULES = [
    ("ee", "i"), ("i(?=[dqmrlf]$)", "ee"), ("oo", "u"), ("u(?=[bfr]$)", "oo"), ("q", "k"), ("f", "ff"), ("ss", "s"),
    ("sh", "s h"), ("aa", "a"), ("^Aa", "A"), ("a(?=[rm]$)", "e"), ("ai", "ay"), ("ay", "ai"), ("w", "v"), ("v", "w"),
    ("z$", "s"), ("que$", "q"), ("iq$", "ique"), ("ia", "iya"), ("yy", "y"), ("kh", "k"), ("gh", "g"), ("ph", "f"),
    ("aw", "av"), ("ou", "oo"), ("ah$", "a"), ("a$", "ah"), ("mm", "m"), ("id$", "eed"), ("ir$", "eer"), ("ar$", "er"),
    ("ullah", " ullah"), ("ditta", " ditta"), ("nawaz", " nawaz"), ("e(?=[mr])", "i"), ("u", "o"), ("I", "E"),
]  # fmt: skip


def pairs(text: str) -> list[tuple[str, str]]:
    """(Latin, Urdu) in the order given."""
    text = text.replace("امان اللہ", "امان_اللہ").replace("سیف اللہ", "سیف_اللہ")
    return [tuple(one.replace("_", " ").split(":")) for one in text.split()]  # type: ignore[misc]


def variants(name: str, count: int = 6) -> list[str]:
    """`count` spellings of a Latin name: its usual one is repeated where there are few others."""
    rng = random.Random(name)
    found = list(SHORT.get(name, []))
    for pattern, other in RULES:
        made = re.sub(pattern, other.replace("s h", "sh"), name)
        if made != name and made not in found:
            found.append(made)
    rng.shuffle(found)
    return (found + [name] * count)[:count]

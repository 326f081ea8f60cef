"""Names of invented people: how they are truly written, in Latin and in Urdu, and how clerks spell them."""

from __future__ import annotations

import random

MALE = {
    "Aslam": "اسلم",
    "Akram": "اکرم",
    "Imran": "عمران",
    "Bashir": "بشیر",
    "Rafiq": "رفیق",
    "Shafiq": "شفیق",
    "Nadeem": "ندیم",
    "Waseem": "وسیم",
    "Saleem": "سلیم",
    "Naeem": "نعیم",
    "Tariq": "طارق",
    "Farooq": "فاروق",
    "Javed": "جاوید",
    "Pervez": "پرویز",
    "Khalid": "خالد",
    "Zahid": "زاہد",
    "Shahid": "شاہد",
    "Zafar": "ظفر",
    "Mazhar": "مظہر",
    "Munir": "منیر",
    "Zubair": "زبیر",
    "Shoaib": "شعیب",
    "Irfan": "عرفان",
    "Asghar": "اصغر",
    "Akbar": "اکبر",
    "Ashraf": "اشرف",
    "Riaz": "ریاض",
    "Niaz": "نیاز",
    "Yousaf": "یوسف",
    "Yaqoob": "یعقوب",
    "Ishaq": "اسحاق",
    "Ismail": "اسماعیل",
    "Ibrahim": "ابراہیم",
    "Usman": "عثمان",
    "Umar": "عمر",
    "Bilal": "بلال",
    "Iqbal": "اقبال",
    "Saeed": "سعید",
    "Rasheed": "رشید",
    "Rashid": "راشد",
    "Aziz": "عزیز",
    "Nazir": "نذیر",
    "Kareem": "کریم",
    "Raheem": "رحیم",
    "Abdullah": "عبداللہ",
    "Mahmood": "محمود",
    "Hassan": "حسن",
    "Hussain": "حسین",
    "Sajid": "ساجد",
    "Arshad": "ارشد",
    "Amjad": "امجد",
    "Kashif": "کاشف",
    "Faisal": "فیصل",
    "Adnan": "عدنان",
    "Kamran": "کامران",
    "Rizwan": "رضوان",
    "Asif": "آصف",
    "Atif": "عاطف",
    "Babar": "بابر",
    "Liaqat": "لیاقت",
    "Mushtaq": "مشتاق",
    "Manzoor": "منظور",
    "Anwar": "انور",
    "Sarwar": "سرور",
}
FEMALE = {
    "Fatima": "فاطمہ",
    "Ayesha": "عائشہ",
    "Khadija": "خدیجہ",
    "Zainab": "زینب",
    "Parveen": "پروین",
    "Nasreen": "نسرین",
    "Rukhsana": "رخسانہ",
    "Samina": "ثمینہ",
    "Shazia": "شازیہ",
    "Nazia": "نازیہ",
    "Rabia": "رابعہ",
    "Saima": "صائمہ",
    "Kausar": "کوثر",
    "Tahira": "طاہرہ",
    "Zahida": "زاہدہ",
    "Rubina": "روبینہ",
    "Farzana": "فرزانہ",
    "Shabana": "شبانہ",
}
BEFORE = {"Muhammad": "محمد", "Ghulam": "غلام"}
AFTER_MALE = {"Ali": "علی", "Khan": "خان", "Ahmad": "احمد", "Hussain": "حسین", "Shah": "شاہ"}
AFTER_FEMALE = {"Bibi": "بی بی", "Begum": "بیگم", "Khatoon": "خاتون", "Bano": "بانو"}
URDU = {**MALE, **FEMALE, **BEFORE, **AFTER_MALE, **AFTER_FEMALE}
ALIASES = {
    "Mani": "مانی",
    "Kalu": "کالو",
    "Billa": "بلا",
    "Pappu": "پپو",
    "Shani": "شانی",
    "Gogi": "گوگی",
    "Bhola": "بھولا",
    "Sunny": "سنی",
}
CASTES = ("Arain", "Jatt", "Rajput", "Gujjar", "Butt", "Baloch", "Qureshi", "Bhatti")

# Spellings that one clerk or another uses for the same name: all of them are in the reference table.
SPELT = {
    "Muhammad": ("Mohammad", "Muhammed", "Mohd", "Md"),
    "Ahmad": ("Ahmed",),
    "Hussain": ("Hussein", "Husain"),
    "Hassan": ("Hasan",),
    "Aslam": ("Aslem",),
    "Rafiq": ("Rafique", "Rafeeq"),
    "Shafiq": ("Shafique", "Shafeeq"),
    "Saleem": ("Salim",),
    "Naeem": ("Naim",),
    "Nadeem": ("Nadim",),
    "Waseem": ("Wasim",),
    "Javed": ("Javaid",),
    "Pervez": ("Parvez", "Pervaiz"),
    "Farooq": ("Farooque",),
    "Yousaf": ("Yousuf", "Yusuf"),
    "Umar": ("Omar", "Umer"),
    "Usman": ("Osman",),
    "Ishaq": ("Ishaque",),
    "Bashir": ("Basheer",),
    "Nazir": ("Nazeer",),
    "Munir": ("Muneer",),
    "Aziz": ("Azeez",),
    "Kareem": ("Karim",),
    "Raheem": ("Rahim",),
    "Mahmood": ("Mehmood",),
    "Khalid": ("Khaled",),
    "Fatima": ("Fatma",),
    "Ayesha": ("Aisha",),
    "Zainab": ("Zenab",),
    "Parveen": ("Perveen", "Parvin"),
    "Khatoon": ("Khatun",),
    "Begum": ("Begam",),
    "Yaqoob": ("Yaqub",),
    "Ibrahim": ("Ibraheem",),
}
OTHERS = {  # people of other countries: name pool, nationality
    "AFG": ["Gul Rahman", "Hameedullah", "Noorullah", "Zarmina", "Shah Wali", "Abdul Wakil"],
    "BGD": ["Mizanur Hoque", "Rahela Akter", "Kamal Uddin", "Salma Akter"],
    "IRN": ["Reza Karimi", "Maryam Ahmadi"],
    "NGA": ["Grace Okafor", "Daniel Obi"],
    "UZB": ["Dilnoza Karimova", "Nodira Yusupova"],
}


def male(rng: random.Random) -> str:
    """A man's name of one to three words."""
    given = rng.choice(list(MALE))
    kind = rng.random()
    if kind < 0.45:
        return f"Muhammad {given}"
    if kind < 0.55:
        return f"Ghulam {given}"
    if kind < 0.9:
        after = rng.choice([word for word in AFTER_MALE if word != given])
        return f"{given} {after}"
    return given


def female(rng: random.Random) -> str:
    """A woman's name of two words."""
    return f"{rng.choice(list(FEMALE))} {rng.choice(list(AFTER_FEMALE))}"


def urdu(name: str) -> str:
    """The same name in Urdu letters."""
    return " ".join(URDU.get(word) or ALIASES[word] for word in name.split())


def respelt(name: str, rng: random.Random, chance: float) -> str:
    """The name as another clerk writes it: each word by chance in another known spelling."""
    words = [rng.choice(SPELT[w]) if w in SPELT and rng.random() < chance else w for w in name.split()]
    return " ".join(words)

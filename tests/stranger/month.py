"""A month of all twelve senders, written by other programs than the sample: other words, orders and letterheads."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

Rows = Sequence[Sequence[Any]]


def book(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> None:
    """A workbook as openpyxl writes it; `merged` areas are of the first sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    for area in merged:
        made.worksheets[0].merge_cells(area)
    made.save(path)


def old_book(path: Path, rows: Rows) -> None:
    """A binary workbook as xlwt writes it."""
    made = xlwt.Workbook()
    page = made.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(at, column, value)
    made.save(str(path))


def write_csv(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> None:
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=delimiter, quoting=quoting).writerows(rows)


def fixed(*cells: tuple[str, int]) -> str:
    return "".join(f"{text:<{width}}" for text, width in cells)


PUNJAB = [
    ["OFFICE OF THE INSPECTOR GENERAL OF POLICE, PUNJAB"], ["Crime Branch, Lahore"],
    ["Register of FIRs for the month of January 2027"], [],
    ["Sr. No", "Region", "Zila", "Thana", "Mukadma No", "Reg Date", "DOO", "Jurm", "Mudai", "Mulzim", "CNICs of Accused",
     "Maqtool", "Present Status", "Weapon Used"],
    [1,"Lahore","Lahore","Gulberg","FIR No. 12/2027","05-01-2027","night between 3/4-01-2027","302/34 PPC","Riaz Ahmed S/O Bashir Ahmed","1) Muhammad Aslam S/O Ghulam Rasool 2) Imran @ Mani S/O Bashir","35202-1234567-1, 35201-7654321-3","Mst. Ayesha Bibi W/O Riaz Ahmed","زیر تفتیش","Pistol"],
    [2,None,None,"Gulberg","0013/27",46400,"12-01-2027","13/20/65 AO","State through ASI","Asif Ali s/o Nazir","3520112345673",None,"Challan",None],
    [3,None,None,"Shahdara","14/27",datetime(2027,1,14),datetime(2027,1,14),"9-C CNSA","State","Md. Yousaf urf Joji S/O Abdul Ghani",3520298765431.0,None,"Challan","-"],
    [4,None,"Kasur","Saddar","15/27","15-01-2027","15-01-2027","3/4 PO","State","na-maloom",None,None,"Untraced",None],
    [5,None,None,"Saddar","16/27","16-01-2027","16-01-2027","369-A PPC","Bashir S/O Nazir","Unknown accused persons",None,"Hina D/O Bashir","U/I",None],
    [6,None,None,"City","17/27","17-01-2027","17-01-2027","174 CrPC","State",None,None,None,"Filed",None],
    [7,"Gujranwala","Gujrat","City","18/27","18-01-2027","18-01-2027","174 PPC","State","Waqas S/O Javed",None,None,"U/I",None],
    [8,None,None,"City","19/27","19-01-2027","19-01-2027","3694 PPC","Bilal S/O Usman","نامعلوم",None,"Ali Hassan S/O Bilal","U/I",None],
    [9,None,None,"City","20/27","20-01-2027","19-01-2027","395 ت پ","Saleem S/O Karim","5/6 kas namaloom","",None,"U/I",None],
    [10,None,None,"City","21/27","21-01-2027","21-01-2027","34/109 PPC","Saleem S/O Karim","Rashid S/O Din",None,None,"U/I",None],
    [11,None,None,"Civil Lines","22/27","22-01-2027","22-01-2027","302/324/148/149-PPC, 7-ATA","Saleem S/O Karim","Rasheed S/O Din Muhammad; Rashid S/O Din Muhammad","3.52021E+12",None,"Challan",None],
    [12,None,None,"Civil Lines","23/27","23-01-2027","20-02-2026","365-B PPC","Nazir Ahmed S/O Mehr Din","Tariq @ Tari @ Billa S/O Yousaf",None,"Mst. Sana D/O Nazir Ahmed","U/I",None],
    ["TOTAL", 12],
]
MERGED = ("B6:B11", "C6:C8", "C9:C11", "B12:B17", "C12:C17")
CRMS = [
    ["Person Type", "Name of Person", "S/O D/O W/O", "Qaum", "NIC No", "Cell", "DOB", "Gender", "Resident of", "Dist",
     "Station", "FIR Number", "Yr", "Date of FIR", "Under Section", "Arrest Status"],
    ["Accused", "Mohd Aslam", "S/O Ghulam Rasul", "Arain", "35202-1234567-1", "0300-1234567 / 0321-7654321", "01-01-1990",
     "M", "r/o House No 5, Chak 45 GB", "Lahore", "Gulberg", "12", "2027", "05/01/2027", "302 PPC", "Arrested"],
    ["Witness", "Nasreen Bibi", "W/O Akram", "", "35202-1111111-1", "", "", "F", "", "Lahore", "Gulberg", "12", "2027",
     "05/01/2027", "302/34", ""],
    ["Complainant", "Sher Khan", "S/O Gul Khan", "", "11111-1111111-1", "", "", "M", "", "Lahore", "Gulburg", "77", "2027",
     "13/01/2027", "379", ""],
    ["Accused", "Nadeem", "S/O Gul", "", "95202-1234567-1", "12", "15/06/2011", "M", "", "Lahore", "Gulburg", "77", "2027",
     "13/01/2027", "379", ""],
]
SINDH = [
    ["S#", "Thana", "Distt", "Crime No.", "Reg Date", "D/O Occurrence", "Under Section", "Mudai", "Mulzim", "Accused CNIC",
     "Class of Report", "Challan No", "Status", "Brief Facts"],
    [1, "FEROZABAD", "KARACHI", "45/2027", "03-Jan-27", "02-Jan-27", "U/S 392/34 PPC", "ABDUL SATTAR", "UNKNOWN", "", "A",
     "", "", 'MOTOR CYCLE SNATCHED\r\nNEAR "CHORANGI" – café'],
    [2, "GULBERG", "KARACHI", "46/2027", "04-Jan-27", "04-Jan-27", "23(I)A SAA", "STATE",
     "ALI RAZA S/O GHULAM; SAJID @ KALU S/O BUX", "42101-1234567-1; 42101-1234568-3", "", "12/2027", "CHALLANED", ""],
    [3, "CITY", "KARACHI", "47/2027", "05-Jan-27", "05-Jan-27", "380 PPC", "STATE", "ALI S/O RAZA", "", "B", "", "", ""],
]
KP = [
    ["نمبر شمار", "زیر دفعہ", "تھانہ", "ضلع", "مقدمہ نمبر", "تاریخ اندراج", "تاریخ وقوعہ", "مدعی", "ملزمان", "شناختی کارڈ",
     "مقتول", "حالت"],
    ["۱", "302 ت پ", "خان رازق", "پشاور", "۱۲/۲۷", "۱۵-۰۱-۲۰۲۷", "۱۴-۰۱-۲۰۲۷", "گل خان ولد شیر خان", "اسلم خان ولد اکبر خان",
     "۱۷۳۰۱-۱۲۳۴۵۶۷-۱", "رحیم ولد کریم", "زیر تفتیش"],
    ["۲", "15-AA", "صدر", "Kurram Agency", "۱۳/۲۷", "۲۷ رجب ۱۴۴۸", "۲۷ رجب ۱۴۴۸", "سرکار", "نامعلوم", "", "", "مکمل چالان"],
    ["۴", "379 ت پ", "داسو", "کوہستان", "۱۵/۲۷", "۱۸-۰۱-۲۰۲۷", "۱۸-۰۱-۲۰۲۷", "سرکار", "زید ولد بکر", "", "", "زیر تفتیش"],
]
BALOCHISTAN = [
    ["BALOCHISTAN POLICE"], ["Monthly crime January 2027"],
    ["Ser", "Thana Name", "Name of District", "FIR #", "Dated", "Occ. Date", "Offence", "Informant", "Suspect", "NIC No",
     "Result"],
    [1, "City", "Quetta", "1/27", "2/1/27", "1/1/27", "302 PPC", "Bari S/O Yar", "Zaman S/O Gul", "54400-1234567-1", "Challan"],
    [2, "Saddar", "Quetta", "2/27", "13/1/27", "13/1/27", "324/34 PPC", "Bari S/O Yar", "Unknown", "", "Untraced"],
    ["Total", 2],
]
LEVIES = """\
Distt;Levies Thana;Case No;Date of FIR;Incident Date;Jurm;Mudai;Mulzim;Disposal;Comments
Kalat;Kalat;5/2027;03/01/2027;;302;;;;
Kalat;Kalat;6/2027;13/01/2027;;;;Unknown;;
Sub Total;2;;;;;;;;
Khuzdar;Wadh;1/2027;20/01/2027;19/01/2027;392/34;Ali S/O Jan;;U/I;
Sub Total;1;;;;;;;;
Grand Total;3;;;;;;;;
"""
ISLAMABAD = [
    ["record_type", "id", "fir_number", "e_tag", "registered_at", "occurred_at", "police_station", "sections",
     "complainant_name", "accused_names", "accused_cnics", "victim_name", "victim_age", "victim_sex", "status", "shift"],
    ["E-TAG", "9001", "", "TAG-2027-77", "2027-01-02T23:30:00+05:00", "2027-01-02T20:00:00+05:00", "Shalimar", "PPC:392",
     "Ali S/O Jan", "", "", "", "", "", "Pending", "N"],
    ["FIR", "9002", "5/27", "TAG-2027-77", "2027-01-03T00:30:00+05:00", "2027-01-02T20:00:00+05:00", "Shalimar",
     "PPC:392|PPC:34", "Ali S/O Jan", "Khan S/O Gul|Waqar S/O Gul", "61101-1234567-1|61101-1234567-3", "Ali", "30", "M",
     "Pending", "N"],
]
RAILWAYS = [
    ["Pakistan Railways Police"],
    ["Sl. No.", "Railway Station", "FIR No & Date", "Registered On", "DOO", "Offence Section", "Train", "Informant",
     "Accused Persons", "CNIC", "Status"],
    [1, "GRP Lahore", "1/2027", date(2027, 1, 4), date(2027, 1, 4), "379 PPC", "Tezgam", "Ali S/O Jan", "Unknown", None, "U/I"],
]
FIA = {
    "Enquiries": [
        ["FIA AHTC - January 2027"],
        ["Sr", "ENQ No", "Date of Registration", "Sections", "Complainant", "Status", "Remarks"],
        [1, "ENQ 45/2027 AHTC Gujranwala", date(2027, 1, 2), "3(2) PTPA 2018", "Rabia D/O Ali", "Converted into case", ""],
        [2, "ENQ 46/2027 AHTC Lahore", date(2027, 1, 3), "3 PSMA 2018", "Anwar S/O Din", "Pending", ""],
    ],
    "Cases": [
        ["FIA AHTC - January 2027"],
        ["Sr", "FIR No", "FIR Date", "DOO", "Sections", "ENQ No", "Police FIR", "Complainant", "Status", "Brief"],
        [1, "10/2027 AHTC Gujranwala", date(2027, 1, 20), date(2026, 12, 30), "3(2) PTPA 2018", "ENQ 45/2027 AHTC Gujranwala",
         "", "Rabia D/O Ali", "U/I", "Also registered as FIR 23/27 PS Civil Lines Gujrat"],
    ],
    "Persons": [
        ["FIA AHTC - January 2027"],
        ["Sr", "FIR / Enquiry No", "FIR Date", "Role", "Name", "Parentage", "CNIC", "Passport No", "Nationality", "Sex", "Age",
         "Country of Origin", "Route", "Country of Destination", "Type of Exploitation", "VoT Status", "Referred To"],
        [1, "10/2027 AHTC Gujranwala", date(2027, 1, 20), "Victim", "Rabia", "D/O Ali", "34101-1234567-2", "AB1234567",
         "Pakistani", "F", 17, "Pakistan", "Oman", "UAE", "Sexual exploitation", "Identified", "Shelter"],
    ],
}  # fmt: skip
STATEMENT = [
    ["Crime statement Punjab for January 2027"],
    ["Region", "District", "Murder", "Attempt to Murder", "Robbery", "Others", "Total"],
    ["Lahore", "Lahore", 10, 5, None, 100, 115], [None, "Kasur", 2, 0, 3, 20, 25],
    ["Region total", None, 12, 5, 3, 120, 140], ["Gujranwala", "Gujrat", 4, 1, 1, 30, 36],
    ["Region total", None, 4, 1, 1, 30, 36], ["Grand Total", None, 16, 6, 4, 150, 177],
]  # fmt: skip
TURNED = "Crime Head,Karachi East,Hyderabad,Total\nMurder,4,2,6\nRobbery,40,3,43\n"
SHELTER = [
    ["Beneficiary Code", "Gender", "Age (Years)", "Citizenship", "Case Ref", "Type of Service", "NGO", "Admission Date",
     "Exit Date", "Next Follow Up", "Final Outcome"],
    ["V-01", "F", "17", "Pakistani", "FIR 23/27 PS Civil Lines Gujrat", "Legal aid", "Panah", "21/01/2027", "", "25/02/2027",
     "Ongoing"],
]
CRO = [
    (("R0000001", 8), ("00012", 5), ("2027", 4), ("05012027", 8), ("LAHORE", 20), ("GULBERG", 25), ("302 PPC", 30),
     ("MOHAMMAD ASLAM", 30), ("S/O GHULAM RASOOL", 30), ("3520212345671", 13), ("01011990", 8), ("M", 1), ("ARAIN", 15),
     ("ACHHU", 15), ("AR", 2)),
]


def write(folder: Path) -> None:
    """The month as it came: a file or more of every sender."""
    month = folder / "2027-01"
    month.mkdir(parents=True)
    book(month / "IGP Punjab FIR Jan 27.xlsx", {"Jan-27": PUNJAB}, MERGED)
    write_csv(month / "Punjab CRMS export Jan 2027.csv", CRMS, quoting=csv.QUOTE_ALL)
    write_csv(month / "Sindh crime register JAN27.csv", SINDH, encoding="cp1252")
    write_csv(month / "Khyber FIRs Jan 2027.csv", KP, delimiter="\t")
    old_book(month / "balochistan police jan 2027.xls", BALOCHISTAN)
    (month / "Levies January 2027.csv").write_text(LEVIES, encoding="utf-8")
    lines = "\r\n".join("\t".join(row) for row in ISLAMABAD) + "\r\n"
    (month / "islamabad export 2027-01.tsv").write_bytes(b"\xff\xfe" + lines.encode("utf-16-le"))
    book(month / "Railways Police Jan 2027.xlsx", {"Crime": RAILWAYS})
    book(month / "FIA monthly January 2027.xlsx", FIA)
    book(month / "Statement Punjab Jan 2027.xlsx", {"Statement": STATEMENT}, ("A3:A4",))
    (month / "Statement January.csv").write_text(TURNED, encoding="utf-8")
    write_csv(month / "Panah shelter January 2027.csv", SHELTER)
    records = [fixed(*cells) for cells in CRO] + ["T0000001"]
    (month / "CRO_202701.TXT").write_bytes(("\r\n".join(records) + "\r\n").encode("cp1256"))

"""The sixteen Länder in numbers: how many municipalities of which size, how far apart, in which Kreise and Verbände.

Measured once on the official register, so that an invented country can have the proportions of the real one.
``tests/test_nationwide.py`` measures them again where the register's file is at hand.

Source: Statistisches Bundesamt, Gemeindeverzeichnis GV-ISys, Auszug of the 4th quarter 2024 (Gebietsstand 31 December
2024). © Statistisches Bundesamt (Destatis); reproduction and distribution, also of parts, permitted with reference.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Inhabitants from which each size class of municipalities begins, the largest first (GK 1 to GK 7).
CLASS_FROM = (400_000, 200_000, 100_000, 50_000, 25_000, 10_000, 0)


@dataclass(frozen=True)
class LandNumbers:
    """One Land.

    municipalities : by size class, kreisfreie Städte included. kreisfrei : those among them.
    inhabitants : mean of each size class. small_spread : standard deviation of their logarithm in the smallest class.
    members : municipalities that belong to a Verband. gemeindefrei : areas without municipality.
    area : km² of the municipalities.
    centre : mean degrees of the municipalities, longitude and latitude. spread : their standard deviation in
        kilometres to the east and to the north. slant : correlation of the two.
    """

    municipalities: tuple[int, ...]
    kreisfrei: tuple[int, ...]
    inhabitants: tuple[int, ...]
    area: int
    centre: tuple[float, float]
    spread: tuple[int, int]
    slant: float = 0.0
    small_spread: float = 1.0
    kreise: int = 0
    kreis_label: str = ""
    verbaende: int = 0
    verband_label: str = ""
    members: int = 0
    gemeindefrei: int = 0


#: By official key. The label of the Verbände is the usual one of the Land.
LAENDER = {
    "01": LandNumbers(  # Schleswig-Holstein
        (0, 2, 0, 4, 10, 41, 1047), (0, 2, 0, 2, 0, 0, 0),
        (0, 233_958, 0, 76_575, 31_756, 15_479, 1184), small_spread=1.11,
        area=15_705, centre=(9.79, 54.14), spread=(39, 40), slant=-0.55,
        kreise=11, kreis_label="Kreis", verbaende=83, verband_label="Amt", members=1018,
        gemeindefrei=2,
    ),
    "02": LandNumbers(  # Hamburg
        (1, 0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0, 0),
        (1_910_160, 0, 0, 0, 0, 0, 0),
        area=755, centre=(10.0, 53.55), spread=(0, 0),
    ),
    "03": LandNumbers(  # Niedersachsen
        (1, 1, 6, 13, 43, 146, 729), (0, 1, 4, 3, 0, 0, 0),
        (548_186, 252_066, 132_745, 61_265, 35_229, 15_644, 2698), small_spread=0.86,
        area=46_312, centre=(9.25, 52.77), spread=(77, 63), slant=-0.24,
        kreise=37, kreis_label="Landkreis", verbaende=114, verband_label="Samtgemeinde", members=650,
        gemeindefrei=25,
    ),
    "04": LandNumbers(  # Bremen
        (1, 0, 1, 0, 0, 0, 0), (1, 0, 1, 0, 0, 0, 0),
        (577_026, 0, 114_677, 0, 0, 0, 0),
        area=420, centre=(8.69, 53.31), spread=(8, 26),
    ),
    "05": LandNumbers(  # Nordrhein-Westfalen
        (5, 10, 15, 48, 95, 171, 52), (5, 9, 8, 0, 0, 0, 0),
        (680_871, 294_967, 140_499, 66_763, 34_875, 16_347, 7998), small_spread=0.2,
        area=34_113, centre=(7.46, 51.46), spread=(59, 54), slant=0.49,
        kreise=31, kreis_label="Kreis",
    ),
    "06": LandNumbers(  # Hessen
        (1, 2, 3, 6, 32, 131, 246), (1, 2, 2, 0, 0, 0, 0),
        (775_790, 245_104, 134_489, 70_308, 33_057, 14_848, 5392), small_spread=0.46,
        area=20_789, centre=(8.96, 50.5), spread=(37, 56), slant=0.51,
        kreise=21, kreis_label="Landkreis",
        gemeindefrei=4,
    ),
    "07": LandNumbers(  # Rheinland-Pfalz
        (0, 1, 4, 5, 9, 29, 2253), (0, 1, 4, 3, 4, 0, 0),
        (0, 222_889, 126_408, 61_993, 35_880, 15_224, 1053), small_spread=1.13,
        area=19_852, centre=(7.43, 49.99), spread=(40, 47), slant=-0.15,
        kreise=24, kreis_label="Landkreis", verbaende=129, verband_label="Verbandsgemeinde", members=2260,
        gemeindefrei=1,
    ),
    "08": LandNumbers(  # Baden-Württemberg
        (1, 3, 5, 17, 54, 187, 834), (1, 3, 4, 1, 0, 0, 0),
        (633_484, 288_028, 134_103, 68_310, 34_840, 14_639, 4066), small_spread=0.78,
        area=35_673, centre=(9.0, 48.53), spread=(51, 59), slant=0.3,
        kreise=35, kreis_label="Landkreis", verbaende=270, verband_label="Verwaltungsgemeinschaft", members=911,
        gemeindefrei=2,
    ),
    "09": LandNumbers(  # Bayern
        (2, 1, 5, 9, 34, 183, 1822), (2, 1, 5, 8, 9, 0, 0),
        (1_018_234, 303_150, 135_971, 67_870, 35_211, 15_098, 3208), small_spread=0.67,
        area=68_379, centre=(11.3, 48.95), spread=(74, 91), slant=-0.25,
        kreise=71, kreis_label="Landkreis", verbaende=311, verband_label="Verwaltungsgemeinschaft", members=982,
        gemeindefrei=171,
    ),
    "10": LandNumbers(  # Saarland
        (0, 0, 1, 0, 7, 29, 15), (0, 0, 0, 0, 0, 0, 0),
        (0, 0, 183_509, 0, 36_497, 14_993, 8042), small_spread=0.18,
        area=2_571, centre=(6.96, 49.37), spread=(15, 12), slant=-0.1,
        kreise=6, kreis_label="Landkreis",
        gemeindefrei=1,
    ),
    "11": LandNumbers(  # Berlin
        (1, 0, 0, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0, 0),
        (3_782_202, 0, 0, 0, 0, 0, 0),
        area=891, centre=(13.41, 52.52), spread=(0, 0),
    ),
    "12": LandNumbers(  # Brandenburg
        (0, 0, 2, 2, 15, 54, 340), (0, 0, 2, 2, 0, 0, 0),
        (0, 0, 143_564, 66_370, 34_128, 15_378, 2410), small_spread=0.94,
        area=29_654, centre=(13.51, 52.39), spread=(51, 59), slant=-0.36,
        kreise=14, kreis_label="Landkreis", verbaende=52, verband_label="Amt", members=272,
    ),
    "13": LandNumbers(  # Mecklenburg-Vorpommern
        (0, 1, 0, 4, 2, 13, 704), (0, 1, 0, 1, 0, 0, 0),
        (0, 210_795, 0, 70_661, 36_802, 14_088, 1249), small_spread=0.92,
        area=23_294, centre=(12.53, 53.79), spread=(62, 36), slant=0.28,
        kreise=6, kreis_label="Landkreis", verbaende=76, verband_label="Amt", members=684,
        gemeindefrei=1,
    ),
    "14": LandNumbers(  # Sachsen
        (2, 1, 0, 3, 10, 51, 351), (2, 1, 0, 0, 0, 0, 0),
        (593_050, 250_681, 0, 69_835, 33_486, 15_665, 3730), small_spread=0.66,
        area=18_450, centre=(13.35, 50.99), spread=(57, 35), slant=0.43,
        kreise=10, kreis_label="Landkreis", verbaende=70, verband_label="Verwaltungsgemeinschaft", members=179,
    ),
    "15": LandNumbers(  # Sachsen-Anhalt
        (0, 2, 0, 1, 13, 37, 165), (0, 2, 0, 1, 0, 0, 0),
        (0, 241_143, 0, 79_686, 34_093, 15_440, 3660), small_spread=0.86,
        area=20_555, centre=(11.64, 51.88), spread=(29, 58), slant=-0.18,
        kreise=11, kreis_label="Landkreis", verbaende=18, verband_label="Verbandsgemeinde", members=114,
    ),
    "16": LandNumbers(  # Thüringen
        (0, 1, 1, 2, 10, 23, 568), (0, 1, 1, 2, 1, 0, 0),
        (0, 215_675, 110_791, 80_229, 35_825, 16_216, 1592), small_spread=1.25,
        area=16_202, centre=(11.17, 50.91), spread=(47, 31), slant=-0.25,
        kreise=17, kreis_label="Landkreis", verbaende=80, verband_label="Verwaltungsgemeinschaft", members=496,
    ),
}  # fmt: skip

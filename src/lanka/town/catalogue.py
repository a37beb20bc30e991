"""What the bicycle shop sells. Prices in cents of a euro; the Kraków shop sells in złoty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

LANGUAGES = ("fi", "sv", "en", "pl")
ZLOTY = 4.3


@dataclass(frozen=True)
class Product:
    key: str
    kind: str  # 'bike', 'ebike', 'kid', 'part', 'service'
    price: int
    names: str  # the model's name, or one name a language, by '|' in the order of LANGUAGES
    sizes: tuple[str, ...] = ()
    words: str = ""  # one line for the web shop, by '|'

    @cached_property
    def by_language(self) -> dict[str, str]:
        parts = self.names.split("|")
        return dict(zip(LANGUAGES, parts if len(parts) > 1 else parts * 4, strict=True))

    @cached_property
    def lines(self) -> dict[str, str]:
        return dict(zip(LANGUAGES, self.words.split("|"), strict=True)) if self.words else {}

    def name(self, language: str) -> str:
        return self.by_language.get(language, self.by_language["en"])

    def spoken(self, language: str) -> str:
        """As it stands in a sentence: 'etukori', 'Kuura'."""
        name = self.name(language).split(",")[0]
        return name if self.rides or name[1:2] == "-" else name[0].lower() + name[1:]

    def size(self, number: int) -> str:
        return self.sizes[min(number, len(self.sizes) - 1)] if self.sizes else ""

    @property
    def rides(self) -> bool:
        return self.kind in ("bike", "ebike", "kid")

    @property
    def category(self) -> str:
        """As the till tells it with a purchase."""
        return "bicycle" if self.rides else {"part": "accessory"}.get(self.kind, self.kind)


def zloty(cents: int) -> int:
    """Round prices, as a shop has them: 1 249 € is 5 379 zł."""
    return round(cents * ZLOTY / 1000) * 1000 - 100 if cents > 5_000 else round(cents * ZLOTY / 500) * 500 - 1


FRAMES = ("S 50", "M 54", "L 58", "XL 61")
STEP = ("S 46", "M 50", "L 55")

PRODUCTS = (
    Product("kuura", "bike", 124_900, "Kuura", FRAMES, "Gravel, hiilikuituhaarukka, 11 vaihdetta|Gravel, kolfibergaffel, 11 växlar|"
            "Gravel bike, carbon fork, 11 speeds|Gravel, karbonowy widelec, 11 biegów"),
    Product("helmi", "bike", 64_900, "Helmi", STEP, "Kaupunkipyörä, 7 napavaihdetta ja jalkajarru|Stadscykel, 7 navväxlar och fotbroms|"
            "City bike, 7-speed hub and coaster brake|Rower miejski, 7 biegów w piaście, hamulec nożny"),
    Product("routa", "bike", 139_900, "Routa", FRAMES, "Talvipyörä, hihnaveto ja nastarenkaat|Vintercykel, remdrift och dubbdäck|"
            "Winter bike, belt drive and studded tyres|Rower zimowy, pasek i opony z kolcami"),
    Product("aalto", "bike", 89_900, "Aalto", FRAMES, "Hybridi arkeen ja retkelle, levyjarrut|Hybrid för vardag och tur, skivbromsar|"
            "Hybrid for every day, disc brakes|Rower trekkingowy na co dzień, hamulce tarczowe"),
    Product("sisu", "bike", 179_900, "Sisu", FRAMES, "Maastopyörä, 130 mm joustoa|Terrängcykel, 130 mm fjädring|"
            "Trail bike, 130 mm travel|Rower górski, skok 130 mm"),
    Product("halla", "bike", 229_900, "Halla", FRAMES, "Maantiepyörä, sähköiset vaihteet|Landsvägscykel, elektroniska växlar|"
            "Road bike, electronic shifting|Rower szosowy, elektroniczna przerzutka"),
    Product("myrsky", "ebike", 289_900, "Myrsky", STEP, "Sähköpyörä, keskimoottori, 630 Wh|Elcykel, mittmotor, 630 Wh|"
            "E-bike, mid motor, 630 Wh|Rower elektryczny, silnik centralny, 630 Wh"),
    Product("tuuli", "ebike", 219_900, "Tuuli", STEP, "Kevyt sähköpyörä kaupunkiin, 360 Wh|Lätt elcykel för stan, 360 Wh|"
            "Light city e-bike, 360 Wh|Lekki miejski rower elektryczny, 360 Wh"),
    Product("karhu", "ebike", 459_900, "Karhu", ("M", "L"), "Tavarapyörä, etulaatikko kahdelle lapselle|Lådcykel, plats för två barn|"
            "Cargo e-bike, room for two children|Rower cargo, skrzynia na dwoje dzieci"),
    Product("pikku", "kid", 29_900, "Pikku", ('16"', '20"', '24"'), "Lastenpyörä, kevyt alumiinirunko|Barncykel, lätt aluminiumram|"
            "Children's bike, light aluminium frame|Rower dziecięcy, lekka rama aluminiowa"),
    Product("lock", "part", 5_990, "U-lukko, hyväksytty|Bygellås, godkänt|U-lock, insurance approved|U-lock z atestem"),
    Product("helmet", "part", 7_990, "Kypärä Suoja|Hjälm Suoja|Helmet Suoja|Kask Suoja", ("S", "M", "L")),
    Product("lights", "part", 4_490, "Valosarja, ladattava|Lampset, laddbart|Light set, rechargeable|Zestaw lampek ładowanych USB"),
    Product("child-seat", "part", 12_900, "Lastenistuin|Barnsits|Child seat|Fotelik dziecięcy"),
    Product("basket", "part", 3_990, "Etukori, musta|Framkorg, svart|Front basket, black|Koszyk przedni, czarny"),
    Product("panniers", "part", 9_990, "Sivulaukkupari 40 l|Packväskor, par 40 l|Pannier pair 40 l|Sakwy, para 40 l"),
    Product("mudguards", "part", 4_990, "Lokasuojat|Stänkskärmar|Mudguards|Błotniki"),
    Product("studs", "part", 13_900, "Nastarenkaat, pari|Dubbdäck, par|Studded tyres, pair|Opony z kolcami, para", ('28"', '26"')),
    Product("pump", "part", 3_490, "Jalkapumppu|Fotpump|Floor pump|Pompka stacjonarna"),
    Product("oil", "part", 1_290, "Ketjuöljy|Kedjeolja|Chain oil|Olej do łańcucha"),
    Product("tube", "part", 890, "Sisärengas|Innerslang|Inner tube|Dętka"),
    Product("gloves", "part", 3_290, "Talvihanskat|Vinterhandskar|Winter gloves|Rękawice zimowe", ("S", "M", "L")),
    Product("jacket", "part", 11_900, "Sadetakki Pisara|Regnjacka Pisara|Rain jacket Pisara|Kurtka Pisara", ("S", "M", "L")),
    Product("charger", "part", 14_900, "Akkulaturi|Batteriladdare|Battery charger|Ładowarka do akumulatora"),
    Product("battery", "part", 64_900, "Lisäakku 630 Wh|Extra batteri 630 Wh|Spare battery 630 Wh|Dodatkowy akumulator 630 Wh"),
    Product("trailer", "part", 39_900, "Peräkärry lapsille|Cykelvagn för barn|Child trailer|Przyczepka dziecięca"),
    Product("bell", "part", 1_490, "Soittokello|Ringklocka|Bell|Dzwonek"),
    Product("first-service", "service", 0, "Ensihuolto|Första service|First service|Przegląd zerowy"),
    Product("service", "service", 7_900, "Perushuolto|Grundservice|Basic service|Przegląd podstawowy"),
    Product("big-service", "service", 13_900, "Vuosihuolto|Årsservice|Full service|Przegląd pełny"),
    Product("puncture", "service", 2_500, "Renkaan paikkaus|Lagning av punktering|Puncture repair|Naprawa dętki"),
    Product("storage", "service", 8_900, "Talvisäilytys ja huolto|Vinterförvaring och service|Winter storage and service|"
            "Przechowanie zimowe z przeglądem"),
    Product("battery-test", "service", 3_900, "Akun kuntotesti|Batteritest|Battery test|Test akumulatora"),
)  # fmt: skip
BY_KEY = {product.key: product for product in PRODUCTS}
BIKES = tuple(product for product in PRODUCTS if product.rides)
PARTS = tuple(product for product in PRODUCTS if product.kind == "part")
SERVICES = tuple(product for product in PRODUCTS if product.kind == "service")


def price(product: Product, currency: str) -> int:
    return zloty(product.price) if currency == "PLN" and product.price else product.price

//! Real places: the cities that the shop delivers to, and where it ships from.

/// A city, and how many of its districts order.
pub struct City {
    pub country: &'static str,
    pub region: &'static str,
    pub state: &'static str,
    pub name: &'static str,
    /// The postal code of its districts; `#` is a digit of the district's number.
    pub postal: &'static str,
    /// Longitude and latitude in ten-thousandths of a degree (WGS 84).
    pub point: (i32, i32),
    /// How many districts it has: the larger the city, the more orders.
    pub districts: u32,
}

const fn city(
    country: &'static str,
    region: &'static str,
    state: &'static str,
    name: &'static str,
    postal: &'static str,
    (latitude, longitude): (i32, i32),
    districts: u32,
) -> City {
    City {
        country,
        region,
        state,
        name,
        postal,
        point: (longitude, latitude),
        districts,
    }
}

/// A warehouse: its id, and the city that it stands in or near.
pub struct Warehouse {
    pub id: &'static str,
    pub city: City,
}

const fn warehouse(id: &'static str, city: City) -> Warehouse {
    Warehouse { id, city }
}

#[rustfmt::skip] // one row a line reads as the table that it is
pub const WAREHOUSES: [Warehouse; 5] = [
    warehouse("W-PAR", city("France", "France", "Île-de-France", "Roissy-en-France", "95700", (490_060, 25_170), 1)),
    warehouse("W-LYS", city("France", "France", "Auvergne-Rhône-Alpes", "Saint-Priest", "69800", (456_960, 49_440), 1)),
    warehouse("W-VEN", city("Netherlands", "Benelux", "Limburg", "Venlo", "5928", (513_704, 61_724), 1)),
    warehouse("W-ZAZ", city("Spain", "Iberia", "Aragon", "Zaragoza", "50197", (416_488, -8_891), 1)),
    warehouse("W-POZ", city("Poland", "Central Europe", "Greater Poland", "Poznań", "60-479", (524_064, 169_252), 1)),
];

#[rustfmt::skip] // one row a line reads as the table that it is
pub const CITIES: [City; 94] = [
    city("France", "France", "Île-de-France", "Paris", "750##", (488_566, 23_522), 16),
    city("France", "France", "Auvergne-Rhône-Alpes", "Lyon", "6900#", (457_640, 48_357), 8),
    city("France", "France", "Provence-Alpes-Côte d'Azur", "Marseille", "130##", (432_965, 53_698), 8),
    city("France", "France", "Occitanie", "Toulouse", "31#00", (436_047, 14_442), 6),
    city("France", "France", "Provence-Alpes-Côte d'Azur", "Nice", "06#00", (437_102, 72_620), 5),
    city("France", "France", "Pays de la Loire", "Nantes", "44#00", (472_184, -15_536), 5),
    city("France", "France", "Nouvelle-Aquitaine", "Bordeaux", "33#00", (448_378, -5_792), 5),
    city("France", "France", "Hauts-de-France", "Lille", "59#00", (506_292, 30_573), 5),
    city("France", "France", "Grand Est", "Strasbourg", "67#00", (485_734, 77_521), 4),
    city("France", "France", "Occitanie", "Montpellier", "34#00", (436_108, 38_767), 4),
    city("France", "France", "Bretagne", "Rennes", "35#00", (481_173, -16_778), 4),
    city("France", "France", "Auvergne-Rhône-Alpes", "Grenoble", "38#00", (451_885, 57_245), 3),
    city("France", "France", "Normandie", "Rouen", "76#00", (494_432, 10_993), 3),
    city("France", "France", "Grand Est", "Reims", "51#00", (492_583, 40_317), 2),
    city("France", "France", "Bourgogne-Franche-Comté", "Dijon", "21#00", (473_220, 50_415), 2),
    city("France", "France", "Pays de la Loire", "Angers", "49#00", (474_784, -5_632), 2),
    city("France", "France", "Centre-Val de Loire", "Tours", "37#00", (473_941, 6_848), 2),
    city("France", "France", "Centre-Val de Loire", "Orléans", "45#00", (479_030, 19_093), 2),
    city("France", "France", "Auvergne-Rhône-Alpes", "Clermont-Ferrand", "63#00", (457_772, 30_870), 2),
    city("France", "France", "Bretagne", "Brest", "29#00", (483_904, -44_861), 2),
    city("France", "France", "Normandie", "Caen", "14#00", (491_829, -3_707), 2),
    city("France", "France", "Nouvelle-Aquitaine", "Limoges", "87#00", (458_336, 12_611), 1),
    city("France", "France", "Grand Est", "Metz", "57#00", (491_193, 61_757), 2),
    city("France", "France", "Grand Est", "Nancy", "54#00", (486_921, 61_844), 2),
    city("France", "France", "Hauts-de-France", "Amiens", "80#00", (498_941, 22_958), 1),
    city("France", "France", "Occitanie", "Perpignan", "66#00", (426_887, 28_948), 1),
    city("France", "France", "Bourgogne-Franche-Comté", "Besançon", "25#00", (472_378, 60_241), 1),
    city("France", "France", "Nouvelle-Aquitaine", "La Rochelle", "17#00", (461_603, -11_511), 1),
    city("France", "France", "Corse", "Ajaccio", "20#00", (419_192, 87_386), 1),
    city("Belgium", "Benelux", "Brussels-Capital", "Brussels", "10#0", (508_503, 43_517), 6),
    city("Belgium", "Benelux", "Flanders", "Antwerp", "20#0", (512_194, 44_025), 3),
    city("Belgium", "Benelux", "Flanders", "Ghent", "90#0", (510_543, 37_174), 2),
    city("Belgium", "Benelux", "Wallonia", "Liège", "40#0", (506_326, 55_797), 2),
    city("Luxembourg", "Benelux", "Luxembourg", "Luxembourg", "L-1#10", (496_116, 61_319), 2),
    city("Netherlands", "Benelux", "North Holland", "Amsterdam", "10## AB", (523_676, 49_041), 5),
    city("Netherlands", "Benelux", "South Holland", "Rotterdam", "30## CD", (519_244, 44_777), 3),
    city("Netherlands", "Benelux", "Utrecht", "Utrecht", "35## EV", (520_907, 51_214), 2),
    city("Netherlands", "Benelux", "North Brabant", "Eindhoven", "56## GH", (514_416, 54_697), 1),
    city("Germany", "Central Europe", "Berlin", "Berlin", "101##", (525_200, 134_050), 7),
    city("Germany", "Central Europe", "Hamburg", "Hamburg", "200##", (535_511, 99_937), 4),
    city("Germany", "Central Europe", "Bavaria", "Munich", "803##", (481_351, 115_820), 5),
    city("Germany", "Central Europe", "North Rhine-Westphalia", "Cologne", "506##", (509_375, 69_603), 4),
    city("Germany", "Central Europe", "Hesse", "Frankfurt am Main", "603##", (501_109, 86_821), 4),
    city("Germany", "Central Europe", "Baden-Württemberg", "Stuttgart", "701##", (487_758, 91_829), 3),
    city("Germany", "Central Europe", "North Rhine-Westphalia", "Düsseldorf", "402##", (512_277, 67_735), 3),
    city("Germany", "Central Europe", "Saxony", "Leipzig", "041##", (513_397, 123_731), 2),
    city("Germany", "Central Europe", "Bavaria", "Nuremberg", "904##", (494_521, 110_767), 1),
    city("Germany", "Central Europe", "Baden-Württemberg", "Freiburg", "791##", (479_990, 78_421), 1),
    city("Switzerland", "Central Europe", "Geneva", "Geneva", "12##", (462_044, 61_432), 3),
    city("Switzerland", "Central Europe", "Vaud", "Lausanne", "10##", (465_197, 66_323), 2),
    city("Switzerland", "Central Europe", "Zürich", "Zürich", "80##", (473_769, 85_417), 3),
    city("Switzerland", "Central Europe", "Basel-Stadt", "Basel", "40##", (475_596, 75_886), 1),
    city("Austria", "Central Europe", "Vienna", "Vienna", "10#0", (482_082, 163_738), 4),
    city("Austria", "Central Europe", "Styria", "Graz", "80#0", (470_707, 154_395), 1),
    city("Poland", "Central Europe", "Masovia", "Warsaw", "00-1##", (522_297, 210_122), 4),
    city("Poland", "Central Europe", "Lesser Poland", "Kraków", "31-0##", (500_647, 199_450), 2),
    city("Czechia", "Central Europe", "Prague", "Prague", "1#0 00", (500_755, 144_378), 3),
    city("Hungary", "Central Europe", "Budapest", "Budapest", "10#1", (474_979, 190_402), 2),
    city("Spain", "Iberia", "Community of Madrid", "Madrid", "280##", (404_168, -37_038), 6),
    city("Spain", "Iberia", "Catalonia", "Barcelona", "080##", (413_874, 21_686), 6),
    city("Spain", "Iberia", "Valencian Community", "Valencia", "460##", (394_699, -3_763), 3),
    city("Spain", "Iberia", "Andalusia", "Seville", "410##", (373_891, -59_845), 2),
    city("Spain", "Iberia", "Basque Country", "Bilbao", "480##", (432_630, -29_350), 2),
    city("Portugal", "Iberia", "Lisbon", "Lisbon", "1##0-001", (387_223, -91_393), 3),
    city("Portugal", "Iberia", "Norte", "Porto", "40##-008", (411_579, -86_291), 2),
    city("Italy", "Southern Europe", "Lombardy", "Milan", "201##", (454_642, 91_900), 5),
    city("Italy", "Southern Europe", "Lazio", "Rome", "001##", (419_028, 124_964), 5),
    city("Italy", "Southern Europe", "Piedmont", "Turin", "101##", (450_703, 76_869), 3),
    city("Italy", "Southern Europe", "Tuscany", "Florence", "501##", (437_696, 112_558), 2),
    city("Italy", "Southern Europe", "Emilia-Romagna", "Bologna", "401##", (444_949, 113_426), 2),
    city("Italy", "Southern Europe", "Campania", "Naples", "801##", (408_518, 142_681), 2),
    city("Greece", "Southern Europe", "Attica", "Athens", "105 ##", (379_838, 237_275), 2),
    city("United Kingdom", "British Isles", "England", "London", "EC#A 1BB", (515_074, -1_278), 7),
    city("United Kingdom", "British Isles", "England", "Manchester", "M#0 1AA", (534_808, -22_426), 3),
    city("United Kingdom", "British Isles", "England", "Birmingham", "B#0 2AA", (524_862, -18_904), 2),
    city("United Kingdom", "British Isles", "Scotland", "Edinburgh", "EH# 1YZ", (559_533, -31_883), 2),
    city("Ireland", "British Isles", "Leinster", "Dublin", "D## X285", (533_498, -62_603), 3),
    city("Denmark", "Northern Europe", "Capital Region", "Copenhagen", "10##", (556_761, 125_683), 3),
    city("Sweden", "Northern Europe", "Stockholm", "Stockholm", "111 ##", (593_293, 180_686), 3),
    city("Sweden", "Northern Europe", "Västra Götaland", "Gothenburg", "411 ##", (577_089, 119_746), 1),
    city("Norway", "Northern Europe", "Oslo", "Oslo", "01##", (599_139, 107_522), 2),
    city("Finland", "Northern Europe", "Uusimaa", "Helsinki", "001##", (601_699, 249_384), 2),
    city("Guadeloupe", "Overseas", "Guadeloupe", "Pointe-à-Pitre", "971#0", (162_411, -615_331), 1),
    city("Martinique", "Overseas", "Martinique", "Fort-de-France", "972#0", (146_161, -610_588), 1),
    city("Réunion", "Overseas", "Réunion", "Saint-Denis", "974#0", (-208_789, 554_481), 2),
    city("New Caledonia", "Overseas", "South Province", "Nouméa", "988#0", (-222_711, 1_664_380), 1),
    city("Canada", "Overseas", "Quebec", "Montreal", "H#B 1A7", (455_019, -735_674), 3),
    city("Canada", "Overseas", "Quebec", "Quebec City", "G#R 2B5", (468_139, -712_080), 1),
    city("United States", "Overseas", "New York", "New York", "100##", (407_128, -740_060), 3),
    city("United States", "Overseas", "California", "San Francisco", "941##", (377_749, -1_224_194), 1),
    city("United Arab Emirates", "Overseas", "Dubai", "Dubai", "", (252_048, 552_708), 1),
    city("Singapore", "Overseas", "Singapore", "Singapore", "0488##", (13_521, 1_038_198), 1),
    city("Japan", "Overseas", "Tokyo", "Tokyo", "100-00##", (356_762, 1_396_503), 2),
    city("Australia", "Overseas", "New South Wales", "Sydney", "20##", (-338_688, 1_512_093), 1),
];

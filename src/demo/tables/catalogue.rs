//! What a home shop sells: categories, their sub-categories, the words of the names.

/// A sub-category, and how its products are made up.
pub struct Kind {
    pub category: &'static str,
    pub sub_category: &'static str,
    /// What its products are called; four of them keep every name unique.
    pub nouns: [&'static str; 4],
    /// The cheapest and the dearest list price, in whole euros.
    pub euros: (u64, u64),
    /// What a product costs the shop, in thousandths of its list price.
    pub cost: (u64, u64),
    /// How often it is bought, against the others.
    pub demand: u64,
    /// The months in which it sells better, 1 for January.
    pub season: &'static [u32],
}

const fn kind(
    (category, sub_category): (&'static str, &'static str),
    nouns: [&'static str; 4],
    euros: (u64, u64),
    cost: (u64, u64),
    demand: u64,
    season: &'static [u32],
) -> Kind {
    Kind {
        category,
        sub_category,
        nouns,
        euros,
        cost,
        demand,
        season,
    }
}

const ALL_YEAR: &[u32] = &[];
const SPRING: &[u32] = &[3, 4, 5];
const SUMMER: &[u32] = &[5, 6, 7, 8];
const AUTUMN: &[u32] = &[9, 10, 11];
const WINTER: &[u32] = &[1, 2, 11, 12];
const CHRISTMAS: &[u32] = &[11, 12];
const BACK_TO_SCHOOL: &[u32] = &[8, 9];

#[rustfmt::skip] // one row a line reads as the table that it is
pub const KINDS: [Kind; 24] = [
    kind(("Furniture", "Chairs"), ["Chair", "Armchair", "Stool", "Bench"], (49, 420), (520, 760), 7, ALL_YEAR),
    kind(("Furniture", "Tables"), ["Dining Table", "Side Table", "Desk", "Console"], (89, 890), (680, 960), 5, ALL_YEAR),
    kind(("Furniture", "Bookcases"), ["Bookcase", "Shelf", "Sideboard", "Cabinet"], (69, 640), (620, 880), 4, AUTUMN),
    kind(("Furniture", "Sofas"), ["Sofa", "Daybed", "Corner Sofa", "Ottoman"], (190, 1_890), (600, 820), 2, WINTER),
    kind(("Lighting", "Lamps"), ["Table Lamp", "Floor Lamp", "Reading Lamp", "Night Light"], (19, 240), (420, 620), 7, AUTUMN),
    kind(("Lighting", "Pendants"), ["Pendant", "Chandelier", "Lantern", "Globe"], (39, 390), (440, 640), 4, ALL_YEAR),
    kind(("Lighting", "Candles"), ["Candle", "Candle Holder", "Tealight Set", "Diffuser"], (5, 49), (300, 480), 11, CHRISTMAS),
    kind(("Textiles", "Bed Linen"), ["Duvet Cover", "Sheet", "Pillowcase", "Quilt"], (19, 190), (400, 600), 9, WINTER),
    kind(("Textiles", "Cushions"), ["Cushion", "Bolster", "Floor Cushion", "Seat Pad"], (12, 79), (360, 540), 9, ALL_YEAR),
    kind(("Textiles", "Rugs"), ["Rug", "Runner", "Doormat", "Kilim"], (29, 690), (560, 820), 4, AUTUMN),
    kind(("Textiles", "Curtains"), ["Curtain", "Blind", "Voile", "Tie-back"], (15, 160), (460, 660), 4, SPRING),
    kind(("Textiles", "Towels"), ["Bath Towel", "Hand Towel", "Bath Mat", "Bathrobe"], (7, 89), (420, 600), 8, ALL_YEAR),
    kind(("Kitchen", "Cookware"), ["Casserole", "Saucepan", "Frying Pan", "Wok"], (24, 290), (540, 740), 7, CHRISTMAS),
    kind(("Kitchen", "Tableware"), ["Plate", "Bowl", "Serving Dish", "Mug"], (6, 69), (380, 560), 12, CHRISTMAS),
    kind(("Kitchen", "Glassware"), ["Tumbler", "Wine Glass", "Carafe", "Coupe"], (5, 59), (360, 560), 10, SUMMER),
    kind(("Kitchen", "Cutlery"), ["Knife", "Cutlery Set", "Ladle", "Cheese Set"], (8, 180), (480, 680), 6, CHRISTMAS),
    kind(("Kitchen", "Appliances"), ["Kettle", "Toaster", "Coffee Maker", "Blender"], (29, 480), (700, 930), 5, CHRISTMAS),
    kind(("Garden", "Planters"), ["Planter", "Pot", "Window Box", "Jardinière"], (9, 140), (420, 620), 7, SPRING),
    kind(("Garden", "Outdoor Furniture"), ["Deckchair", "Garden Table", "Hammock", "Parasol"], (39, 790), (620, 900), 4, SUMMER),
    kind(("Garden", "Tools"), ["Secateurs", "Watering Can", "Trowel", "Gloves"], (6, 89), (460, 680), 5, SPRING),
    kind(("Office", "Stationery"), ["Notebook", "Pen", "Card Set", "Ruler"], (3, 39), (320, 520), 12, BACK_TO_SCHOOL),
    kind(("Office", "Storage"), ["Box", "Basket", "Magazine Rack", "Drawer Unit"], (8, 120), (480, 700), 8, BACK_TO_SCHOOL),
    kind(("Office", "Frames"), ["Frame", "Poster", "Mirror", "Wall Clock"], (9, 190), (400, 600), 7, CHRISTMAS),
    kind(("Office", "Bags"), ["Tote", "Satchel", "Laptop Sleeve", "Backpack"], (15, 220), (480, 700), 5, BACK_TO_SCHOOL),
];

/// The first word of a product's name.
#[rustfmt::skip] // one row a line reads as the table that it is
pub const COLLECTIONS: [&str; 40] = [
    "Alba", "Amande", "Anjou", "Argile", "Aubrac", "Azur", "Belle-Île", "Brume", "Calanque",
    "Camargue", "Cèdre", "Cévennes", "Colline", "Dune", "Écume", "Estérel", "Étoile", "Falaise",
    "Fougère", "Galet", "Giverny", "Granit", "Hortense", "Lavande", "Lin", "Loire", "Lune", "Mistral",
    "Morvan", "Noisette", "Ombre", "Opale", "Ouessant", "Sauge", "Sologne", "Soleil", "Terre",
    "Tilleul", "Vanoise", "Verveine",
];

//! The names of customers: people, and firms.

#[rustfmt::skip] // one row a line reads as the table that it is
pub const FIRST_NAMES: [&str; 48] = [
    "Adèle", "Agnès", "Alice", "Amélie", "Anna", "Antoine", "Arthur", "Aurélie", "Bastien", "Camille",
    "Carlos", "Chiara", "Claire", "Clément", "Diego", "Élise", "Emil", "Emma", "Étienne", "Eva",
    "Fatima", "Felix", "Gabriel", "Giulia", "Hannah", "Hugo", "Inès", "Jan", "Jeanne", "Jonas", "Julia",
    "Karim", "Léa", "Léo", "Lotte", "Louis", "Lucas", "Manon", "Margaux", "Marta", "Mathilde", "Nadia",
    "Noah", "Oscar", "Paul", "Pierre", "Sofia", "Zoé",
];

#[rustfmt::skip] // one row a line reads as the table that it is
pub const LAST_NAMES: [&str; 56] = [
    "Albrecht", "Andersen", "Barbier", "Bernard", "Bianchi", "Blanchard", "Bonnet", "Carpentier",
    "Chevalier", "Conti", "De Smet", "Delacroix", "Diallo", "Dubois", "Dupont", "Fabre", "Fernandes",
    "Fischer", "Fontaine", "Fournier", "García", "Girard", "Haddad", "Hansen", "Hoffmann", "Jansen",
    "Kowalski", "Lambert", "Laurent", "Lefèvre", "Lemaire", "Leroy", "López", "Marchand", "Martin",
    "Mercier", "Meyer", "Moreau", "Morel", "Murphy", "Nguyen", "Novák", "Perrin", "Peeters", "Renard",
    "Ricci", "Rossi", "Roussel", "Sánchez", "Schmitt", "Silva", "Simon", "Taylor", "Vidal", "Visser",
    "Weber",
];

/// What a firm is, after the name of its founder.
pub const FIRMS: [&str; 8] = [
    "& Fils",
    "Architectes",
    "Conseil",
    "Design",
    "GmbH",
    "Hôtels",
    "Interiors",
    "SARL",
];

/** The states of the US by their postal codes, as shops often write them. */
const STATES: Readonly<Record<string, string>> = {
  AL: "Alabama", AK: "Alaska", AZ: "Arizona", AR: "Arkansas", CA: "California", CO: "Colorado",
  CT: "Connecticut", DE: "Delaware", DC: "District of Columbia", FL: "Florida", GA: "Georgia",
  HI: "Hawaii", ID: "Idaho", IL: "Illinois", IN: "Indiana", IA: "Iowa", KS: "Kansas", KY: "Kentucky",
  LA: "Louisiana", ME: "Maine", MD: "Maryland", MA: "Massachusetts", MI: "Michigan", MN: "Minnesota",
  MS: "Mississippi", MO: "Missouri", MT: "Montana", NE: "Nebraska", NV: "Nevada", NH: "New Hampshire",
  NJ: "New Jersey", NM: "New Mexico", NY: "New York", NC: "North Carolina", ND: "North Dakota",
  OH: "Ohio", OK: "Oklahoma", OR: "Oregon", PA: "Pennsylvania", RI: "Rhode Island",
  SC: "South Carolina", SD: "South Dakota", TN: "Tennessee", TX: "Texas", UT: "Utah", VT: "Vermont",
  VA: "Virginia", WA: "Washington", WV: "West Virginia", WI: "Wisconsin", WY: "Wyoming",
};

const STATE_NAMES = new Set(Object.values(STATES));

/** What the atlas calls countries that shops call otherwise. */
const COUNTRIES: Readonly<Record<string, string>> = {
  "united states": "United States of America",
  usa: "United States of America",
  uk: "United Kingdom",
  "great britain": "United Kingdom",
  "czech republic": "Czechia",
  "russian federation": "Russia",
  "korea, republic of": "South Korea",
  "republic of korea": "South Korea",
  "viet nam": "Vietnam",
  "the netherlands": "Netherlands",
  holland: "Netherlands",
  "bosnia and herzegovina": "Bosnia and Herz.",
  "north macedonia": "Macedonia",
  "dominican republic": "Dominican Rep.",
  "ivory coast": "Côte d'Ivoire",
  "cote d'ivoire": "Côte d'Ivoire",
  "democratic republic of the congo": "Dem. Rep. Congo",
  "republic of the congo": "Congo",
  "central african republic": "Central African Rep.",
  "south sudan": "S. Sudan",
  "equatorial guinea": "Eq. Guinea",
  swaziland: "eSwatini",
  eswatini: "eSwatini",
  "myanmar (burma)": "Myanmar",
  "solomon islands": "Solomon Is.",
  türkiye: "Turkey",
  "hong kong sar": "Hong Kong",
};

export function stateOnMap(name: string): string | undefined {
  const known = STATES[name.toUpperCase()];
  return known ?? (STATE_NAMES.has(name) ? name : undefined);
}

/** The country as the atlas calls it, by any of its English or French names or its code. */
export function countryOnMap(name: string, places: ReadonlySet<string>): string | undefined {
  const plain = name.trim().toLowerCase();
  const alias = COUNTRIES[plain];
  if (alias && places.has(alias)) return alias;
  if (places.has(name)) return name;
  const english = englishNames().get(plain);
  return english && (places.has(english) ? english : COUNTRIES[english.toLowerCase()]);
}

/** Whether a country may be the US: other countries have states of the same names. One that nobody knows may be. */
export function mayBeUs(country: string | null): boolean {
  const plain = country?.trim().toLowerCase() ?? "";
  const english = COUNTRIES[plain] ?? englishNames().get(plain);
  return english === undefined || english.startsWith("United States");
}

let names: Map<string, string> | undefined;

/** Every country's English name by its codes and its names in the dashboard's languages. */
function englishNames(): Map<string, string> {
  names ??= new Map(regionCodes().flatMap(namesOf));
  return names;
}

function namesOf(code: string): [string, string][] {
  const english = ENGLISH.of(code);
  const french = FRENCH.of(code);
  if (!english || !french) return [];
  return [code, english, french].map((name) => [name.toLowerCase(), english]);
}

const ENGLISH = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const FRENCH = new Intl.DisplayNames("fr", { type: "region", fallback: "none" });

function regionCodes(): string[] {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.flatMap((first) => letters.map((second) => first + second));
}

/** Whether the shop's states are those of the US, but for a few that nobody can place. */
export function areUsStates(states: readonly (string | null)[]): boolean {
  const known = states.filter((state) => state !== null);
  const placed = known.filter((state) => stateOnMap(state) !== undefined);
  return placed.length > 0 && placed.length >= known.length * 0.8;
}

// The world's countries with as many points as a screen can show.
//
// The atlas is drawn for posters: a browser would spend half a second on coast lines
// that no one sees, and load three times as much.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

import { quantize } from "topojson-client";
import { presimplify, quantile, simplify } from "topojson-simplify";

/** The share of the points that is kept: those that change the outline most. */
const KEPT = 0.2;
/** How many steps of a coordinate there are; at this map's size a pixel is ten of them. */
const STEPS = 20_000;

const atlas = createRequire(import.meta.url).resolve("world-atlas/countries-50m.json");
const topology = JSON.parse(readFileSync(atlas, "utf8"));
const weighted = presimplify({ ...topology, objects: { countries: topology.objects.countries } });
const outlines = quantize(simplify(weighted, quantile(weighted, KEPT)), STEPS);

const folder = new URL("../src/maps/generated/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("countries.json", folder), JSON.stringify(outlines));

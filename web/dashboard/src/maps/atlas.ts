import type { FeatureCollection, Geometry, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

export type Corner = readonly [number, number];
export type Bounds = readonly [Corner, Corner];

/** The outlines of places, by name. */
export interface Atlas {
  readonly name: "world" | "us";
  /** Whether the outlines are flat already, rather than on the globe. */
  readonly flat: boolean;
  readonly features: FeatureCollection<Geometry, { name: string }>;
}

/** Countries of the world. The outlines are a chunk of their own, for the view that draws them. */
export async function worldAtlas(): Promise<Atlas> {
  const { default: topology } = await import("./generated/countries.json");
  const { features, ...collection } = named(topology as unknown as Topology, "countries");
  const peopled = features.filter(({ properties }) => properties.name !== "Antarctica").map(unwrapped);
  return { name: "world", flat: false, features: { ...collection, features: peopled } };
}

/** The states of the US, with Alaska and Hawaii moved beside the others. */
export async function usAtlas(): Promise<Atlas> {
  const { default: topology } = await import("us-atlas/states-albers-10m.json");
  return { name: "us", flat: true, features: named(topology as unknown as Topology, "states") };
}

function named(topology: Topology, collection: string): Atlas["features"] {
  return feature(topology, topology.objects[collection] as GeometryCollection<{ name: string }>);
}

type Outline = Atlas["features"]["features"][number];

/** A country that crosses the date line as one piece, rather than as a stripe around the globe. */
function unwrapped(outline: Outline): Outline {
  const { geometry } = outline;
  if (geometry.type === "Polygon") {
    return { ...outline, geometry: { ...geometry, coordinates: geometry.coordinates.map(unwrappedRing) } };
  }
  if (geometry.type === "MultiPolygon") {
    const coordinates = geometry.coordinates.map((polygon) => polygon.map(unwrappedRing));
    return { ...outline, geometry: { ...geometry, coordinates } };
  }
  return outline;
}

function unwrappedRing(ring: Position[]): Position[] {
  const crosses = ring.some(([longitude = 0], index) => Math.abs(longitude - (ring[index - 1]?.[0] ?? longitude)) > 180);
  if (!crosses) return ring;
  return ring.map(([longitude = 0, latitude = 0]) => [longitude < 0 ? longitude + 360 : longitude, latitude]);
}

/** The box around some places, each by its largest part: overseas islands do not stretch it. */
export function boundsOf(atlas: Atlas, places: ReadonlySet<string>): Bounds | undefined {
  const rings = atlas.features.features
    .filter(({ properties }) => places.has(properties.name))
    .map(({ geometry }) => largestRing(geometry));
  const points = rings.flat();
  if (points.length === 0) return undefined;
  const [west, east] = extent(points, 0);
  const [south, north] = extent(points, 1);
  const margin = Math.max(east - west, north - south) * 0.04;
  return [
    [west - margin, Math.min(85, north + margin)],
    [east + margin, Math.max(-60, south - margin)],
  ];
}

function largestRing(geometry: Geometry): Position[] {
  const polygons =
    geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  const rings = polygons.flatMap((polygon) => polygon.slice(0, 1));
  return rings.reduce((largest, ring) => (area(ring) > area(largest) ? ring : largest), []);
}

/** By its box: enough to tell a mainland from its islands. */
function area(ring: readonly Position[]): number {
  if (ring.length === 0) return 0;
  const [west, east] = extent(ring, 0);
  const [south, north] = extent(ring, 1);
  return (east - west) * (north - south);
}

function extent(points: readonly Position[], axis: 0 | 1): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const point of points) {
    low = Math.min(low, point[axis] ?? low);
    high = Math.max(high, point[axis] ?? high);
  }
  return [low, high];
}

type Rgb = readonly [number, number, number];

/** What is written on a colour: black or white, whichever differs more. One of the two always has 4.5:1. */
export function inkOn(colour: Rgb): "#000000" | "#ffffff" {
  const light = luminance(colour);
  return (1 + 0.05) / (light + 0.05) > (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
}

/** The colour at a place between 0 and 1 of a ramp of colours at even distances, as `#rrggbb`. */
export function colourAt(ramp: readonly string[], place: number): Rgb {
  const position = Math.min(1, Math.max(0, place)) * (ramp.length - 1);
  const index = Math.min(Math.floor(position), ramp.length - 2);
  const [from, to] = [channels(ramp[index] ?? ""), channels(ramp[index + 1] ?? "")];
  const mix = (at: 0 | 1 | 2) => from[at] + (to[at] - from[at]) * (position - index);
  return [mix(0), mix(1), mix(2)];
}

function channels(colour: string): Rgb {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** As WCAG defines it. */
function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

import { useEffect, useState } from "preact/hooks";

/** React's hook of the same name, without the rest of preact/compat. */
export function useSyncExternalStore<T>(
  subscribe: (listener: () => void) => () => void,
  snapshot: () => T,
): T {
  const [value, setValue] = useState(snapshot);
  useEffect(() => {
    const update = () => setValue(() => snapshot());
    // It may have changed between the first render and this effect.
    update();
    return subscribe(update);
  }, []);
  return value;
}

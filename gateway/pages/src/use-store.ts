import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store.ts';

/** The store's value; the component is drawn again at each change. */
export function useStore<T extends object>(store: Store<T>): T {
  const [value, setValue] = useState(store.value);
  useEffect(() => {
    setValue(store.value);
    return store.subscribe(() => setValue(store.value));
  }, [store]);
  return value;
}

import { getHeapStatistics } from 'node:v8';

const stepBytes = 2 * 1024 * 1024;
const everyObjects = 50;

/**
 * Returns a function to call after each observed object. It collects garbage when the heap has grown by 2 MB. By
 * default V8 lets a heap of 10 MB grow by 8 MB first, whatever its flags say. Measured: collecting sooner saves 5 MB of
 * memory, and 10 MB at peak on a busy machine, for a few per cent of one core under load. Does nothing without
 * `--expose-gc`.
 */
export function gcScheduler(): () => void {
  const { gc } = globalThis;
  if (!gc) return () => undefined;
  let objects = 0;
  let usedBytes = 0;
  return () => {
    objects += 1;
    if (objects % everyObjects !== 0) return;
    if (getHeapStatistics().used_heap_size < usedBytes + stepBytes) return;
    gc();
    usedBytes = getHeapStatistics().used_heap_size;
  };
}

/** Promises that are not waited for too long. */

/** Wait for a promise; undefined when it fails, or takes longer. */
export async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer = 0;
  const late = new Promise<undefined>(resolve => {
    timer = window.setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return undefined;
  } finally {
    window.clearTimeout(timer);
  }
}

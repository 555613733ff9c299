/** What the status bar says; knows neither a page nor a kernel. */
import { bytesText } from '../../objects';
import type { MemoryInfo } from '../../protocol';

/** `1.2 GB of 16 GB`; without a budget only what is there. */
export function memoryText(memory: MemoryInfo, joined: (used: string, budget: string) => string): string {
  const used = bytesText(memory.resident);
  return memory.budget === null ? used : joined(used, bytesText(memory.budget));
}

/** Whether the store will soon put arrays on disk. */
export function isNearlyFull(memory: MemoryInfo): boolean {
  return memory.budget !== null && memory.resident > 0.9 * memory.budget;
}

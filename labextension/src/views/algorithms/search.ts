/** Finds algorithms by what one types: every word must occur; a title counts more than an id, an id more than a summary. */
import type { AlgorithmInfo } from '../../protocol';

/** Give what matches, the best first. */
export function found(algorithms: readonly AlgorithmInfo[], query: string): AlgorithmInfo[] {
  const words = wordsOf(query);
  return algorithms
    .map(info => ({ info, score: scoreOf(info, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.info.title.localeCompare(other.info.title))
    .map(({ info }) => info);
}

/** Give a title in pieces, with those that match marked. */
export function marked(title: string, query: string): { text: string; hit: boolean }[] {
  const words = wordsOf(query).map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (words.length === 0) {
    return [{ text: title, hit: false }];
  }
  const pieces = title.split(new RegExp(`(${words.join('|')})`, 'gi'));
  return pieces.map((text, place) => ({ text, hit: place % 2 === 1 })).filter(({ text }) => text !== '');
}

function wordsOf(query: string): string[] {
  return query
    .toLowerCase()
    .split(/[\s_.]+/)
    .filter(Boolean);
}

function scoreOf(info: AlgorithmInfo, words: string[]): number {
  let total = 0;
  for (const word of words) {
    const score = Math.max(
      8 * fit(info.title, word),
      6 * fit(info.id, word),
      3 * fit(info.group, word),
      2 * fit(info.summary, word)
    );
    if (score === 0) {
      return 0;
    }
    total += score;
  }
  return total;
}

/** Say how well a word fits a text: 4 as a whole, 3 at its beginning, 2 at the beginning of a word, 1 somewhere in it. */
function fit(text: string, word: string): number {
  const low = text.toLowerCase();
  const at = low.indexOf(word);
  if (at < 0) {
    return 0;
  }
  if (low === word) {
    return 4;
  }
  if (at === 0) {
    return 3;
  }
  return low.split(/[^\p{L}\p{N}]+/u).some(part => part.startsWith(word)) ? 2 : 1;
}

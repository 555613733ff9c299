/** Reads a docstring, so that it can be shown as a text and not as code: numpydoc's sections, parameters, paragraphs. */

/** One thing that a section explains, as a parameter. */
export interface Entry {
  term: string;
  text: string;
}

/** One section: paragraphs, or entries. */
export interface Section {
  /** As written, as in `Parameters`; empty before the first one. */
  title: string;
  paragraphs: string[];
  entries: Entry[];
}

/** A piece of a paragraph: code, or words. */
export interface Piece {
  text: string;
  code: boolean;
}

const LISTS = new Set([
  'parameters',
  'other parameters',
  'returns',
  'yields',
  'raises',
  'warns',
  'attributes'
]);

/** Give the sections of a docstring. */
export function sectionsOf(docstring: string): Section[] {
  const lines = docstring.split('\n').map(line => line.trimEnd());
  const sections: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const below = lines[at + 1] ?? '';
    if (line.trim() && /^\s*-{3,}$/.test(below)) {
      sections.push({ title: line.trim(), lines: [] });
      at++;
    } else {
      sections[sections.length - 1]?.lines.push(line);
    }
  }
  return sections.map(sectionOf).filter(section => section.paragraphs.length + section.entries.length > 0);
}

/** Give the words and the code of a paragraph. */
export function piecesOf(paragraph: string): Piece[] {
  return paragraph
    .split(/`{1,2}([^`]+)`{1,2}/)
    .map((text, place) => ({ text, code: place % 2 === 1 }))
    .filter(({ text }) => text !== '');
}

function sectionOf({ title, lines }: { title: string; lines: string[] }): Section {
  return LISTS.has(title.toLowerCase())
    ? { title, paragraphs: [], entries: entriesOf(lines) }
    : { title, paragraphs: paragraphsOf(lines), entries: [] };
}

function entriesOf(lines: string[]): Entry[] {
  const entries: { term: string; lines: string[] }[] = [];
  for (const line of lines) {
    if (line && !/^\s/.test(line)) {
      entries.push({ term: line.trim(), lines: [] });
    } else {
      entries[entries.length - 1]?.lines.push(line);
    }
  }
  return entries.map(entry => ({ term: entry.term, text: paragraphsOf(entry.lines).join(' ') }));
}

function paragraphsOf(lines: string[]): string[] {
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .map(part =>
      part
        .split('\n')
        .map(line => line.trim())
        .join(' ')
        .trim()
    )
    .filter(Boolean);
}

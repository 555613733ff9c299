import { describe, expect, it } from 'vitest';

import { piecesOf, sectionsOf } from '../../src/views/algorithms/docs';
import { found, marked } from '../../src/views/algorithms/search';
import { rowsOf } from '../../src/views/algorithms/tree';
import { deedOf } from '../../src/views/algorithms/treeKeys';
import { algorithm } from './samples';
import { trans } from './words';

const ALGORITHMS = [
  algorithm('ct.reconstruct', { group: 'fbp', summary: 'Give the attenuation per pixel in slices.' }),
  algorithm('ct.normalize', { group: 'correction', summary: 'Give the transmission of the sample.' }),
  algorithm('ct.minus_log', { group: 'correction', summary: 'Give the absorption along each ray.' }),
  algorithm('ct.even_angles'),
  algorithm('ct.gridrec', { group: 'peers', summary: 'Reconstruct with another package.' }),
  algorithm('mine')
];
const seen = (closed: string[] = []) => rowsOf(ALGORITHMS, key => !closed.includes(key), trans);

describe('the tree', () => {
  it('follows the way of the data, with counts, what has no group last', () => {
    expect(
      seen().map(row => `${'  '.repeat(row.level - 1)}${row.title} ${row.count || ''}`.trimEnd())
    ).toEqual([
      'Tomography 5',
      '  Correction 2',
      '    Minus log',
      '    Normalize',
      '  Filtered back-projection 1',
      '    Reconstruct',
      '  Peers 1',
      '    Gridrec',
      '  Even angles',
      'Defined in this session 1',
      '  Mine'
    ]);
  });

  it('hides what is below a closed branch', () => {
    expect(seen(['/ct']).map(row => row.key)).toEqual(['/ct', '/', 'mine']);
  });
});

describe('a key in the tree', () => {
  const rows = seen();

  it('moves, opens, closes', () => {
    expect(deedOf('ArrowDown', rows, '/ct')).toEqual({ kind: 'move', key: '/ct/correction' });
    expect(deedOf('End', rows, '/ct')).toEqual({ kind: 'move', key: 'mine' });
    expect(deedOf('ArrowLeft', rows, 'ct.minus_log')).toEqual({ kind: 'move', key: '/ct/correction' });
    expect(deedOf('ArrowLeft', rows, '/ct/correction')).toEqual({
      kind: 'turn',
      key: '/ct/correction',
      open: false
    });
    expect(deedOf('Enter', rows, 'ct.minus_log')).toEqual({ kind: 'open', id: 'ct.minus_log' });
  });

  it('goes back to the search, with what is typed', () => {
    expect(deedOf('ArrowUp', rows, '/ct')).toEqual({ kind: 'search', text: '' });
    expect(deedOf('Escape', rows, 'mine')).toEqual({ kind: 'search', text: '' });
    expect(deedOf('n', rows, 'mine')).toEqual({ kind: 'search', text: 'n' });
  });

  it('is left alone where it means nothing here', () => {
    expect(deedOf('Tab', rows, '/ct')).toBeNull();
    expect(deedOf('x', [], '')).toBeNull();
  });
});

describe('the search', () => {
  const ids = (query: string) => found(ALGORITHMS, query).map(info => info.id);

  it('ranks titles above ids above summaries', () => {
    expect(ids('reconstruct')).toEqual(['ct.reconstruct', 'ct.gridrec']);
  });

  it('needs every word, wherever each is found', () => {
    expect(ids('log absorption')).toEqual(['ct.minus_log']);
    expect(ids('log transmission')).toEqual([]);
  });

  it('takes an id as it is written in code', () => {
    expect(ids('ct.minus_log')[0]).toBe('ct.minus_log');
  });

  it('marks what matches, even signs of a pattern', () => {
    expect(marked('Minus log', 'LOG')).toEqual([
      { text: 'Minus ', hit: false },
      { text: 'log', hit: true }
    ]);
    expect(marked('a(b', '(')).toEqual([
      { text: 'a', hit: false },
      { text: '(', hit: true },
      { text: 'b', hit: false }
    ]);
  });
});

describe('a docstring', () => {
  const TEXT = `Give the volume.

First line
of a paragraph with \`code\`.

Parameters
----------
center
    Column of the axis,
    in pixels.
method
    Recipe.

Notes
-----
A book.
`;

  it('is read as sections', () => {
    expect(sectionsOf(TEXT)).toEqual([
      { title: '', paragraphs: ['Give the volume.', 'First line of a paragraph with `code`.'], entries: [] },
      {
        title: 'Parameters',
        paragraphs: [],
        entries: [
          { term: 'center', text: 'Column of the axis, in pixels.' },
          { term: 'method', text: 'Recipe.' }
        ]
      },
      { title: 'Notes', paragraphs: ['A book.'], entries: [] }
    ]);
  });

  it('tells code from words', () => {
    expect(piecesOf('see `a` and ``b``')).toEqual([
      { text: 'see ', code: false },
      { text: 'a', code: true },
      { text: ' and ', code: false },
      { text: 'b', code: true }
    ]);
  });
});

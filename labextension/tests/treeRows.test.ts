import { describe, expect, it } from 'vitest';

import { idOf, rowsOf } from '../src/views/look/treeRows';

const leaf = { key: 'e', text: '5', children: [], more: 0 };
const inner = { key: 'a/b', text: '{1}', children: [leaf], more: 0 };
const root = {
  key: 'rec',
  text: '{2}',
  children: [inner, { key: 'list', text: '[300]', children: [], more: 300 }],
  more: 0
};

describe('the rows of a tree', () => {
  it('are its open branches', () => {
    expect(rowsOf(root, new Map()).map(row => row.key)).toEqual(['rec']);
    const open = new Map([
      ['', root],
      [idOf(['a/b']), inner]
    ]);
    const rows = rowsOf(root, open);
    expect(rows.map(row => [row.key, row.level, row.branch, row.open])).toEqual([
      ['rec', 0, true, true],
      ['a/b', 1, true, true],
      ['e', 2, false, false],
      ['list', 1, true, false]
    ]);
    expect(rows[2]?.path).toEqual(['a/b', 'e']);
  });

  it('end with a row for what was left out', () => {
    const cut = { key: 'rec', text: '[300]', children: [leaf], more: 299 };
    expect(rowsOf(cut, new Map([['', cut]])).map(row => row.missing)).toEqual([0, 0, 299]);
  });
});

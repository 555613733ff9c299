import { describe, expect, it } from 'vitest';

import { layout, mainPath, NODE, titleOf } from '../src/objectsLineage';
import type { LineageNode } from '../src/protocol';

function run(id: string, ...reads: string[]): LineageNode {
  return { id, kind: 'run', title: `ct.${id}`, text: '', reads, seconds: 1 };
}

function source(id: string): LineageNode {
  return { id, kind: 'object', title: id, text: '', reads: [], seconds: 0 };
}

const CHAIN = [
  source('projections'),
  source('dark'),
  run('normalize', 'projections', 'dark'),
  run('minus_log', 'normalize'),
  source('theta'),
  run('reconstruct', 'minus_log', 'theta')
];

function heights(nodes: LineageNode[]): Record<string, number> {
  const step = NODE.height + NODE.down;
  return Object.fromEntries(layout(nodes).nodes.map(({ node, y }) => [node.id, (y - NODE.margin) / step]));
}

describe('the graph', () => {
  it('puts what is read above what reads it, sources just above', () => {
    expect(heights(CHAIN)).toEqual({
      projections: 0,
      dark: 0,
      normalize: 1,
      minus_log: 2,
      theta: 2,
      reconstruct: 3
    });
  });

  it('lets no two nodes overlap, and none stand outside', () => {
    const { nodes, width, height } = layout(CHAIN);
    for (const one of nodes) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.x + NODE.width).toBeLessThanOrEqual(width);
      expect(one.y + NODE.height).toBeLessThanOrEqual(height);
      for (const two of nodes) {
        const apart = one === two || one.y !== two.y || Math.abs(one.x - two.x) >= NODE.width;
        expect(apart).toBe(true);
      }
    }
  });

  it('draws one line per thing read', () => {
    expect(
      layout(CHAIN)
        .edges.map(edge => edge.key)
        .sort()
    ).toEqual([
      'dark>normalize',
      'minus_log>reconstruct',
      'normalize>minus_log',
      'projections>normalize',
      'theta>reconstruct'
    ]);
  });

  it('stands nodes below what they read', () => {
    const nodes = [source('a'), source('b'), run('of_b', 'b'), run('of_a', 'a'), run('end', 'of_a', 'of_b')];
    const x = Object.fromEntries(layout(nodes).nodes.map(placed => [placed.node.id, placed.x]));
    expect(x.of_a).toBeLessThan(x.of_b as number);
  });

  it('of a single object is that object', () => {
    const { nodes, edges } = layout([source('theta')]);
    expect([nodes.length, edges.length]).toEqual([1, 0]);
  });

  it('ends even if someone sends a circle, or what is not there', () => {
    expect(layout([run('a', 'b'), run('b', 'a')]).nodes).toHaveLength(2);
    expect(layout([run('a', 'gone')]).edges).toEqual([]);
    expect(mainPath([run('a', 'b'), run('b', 'a')])).toHaveLength(2);
  });
});

it('the main path follows the first thing read', () => {
  expect(mainPath(CHAIN).map(titleOf)).toEqual(['projections', 'normalize', 'minus log', 'reconstruct']);
  expect(mainPath([])).toEqual([]);
});

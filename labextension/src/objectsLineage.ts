/** The runs that led to an object, laid out as a graph from top to bottom, and in one line. */
import { algorithmTitle } from './objects';
import type { LineageNode } from './protocol';

/** A node with its place; `x` and `y` are its upper left corner. */
export interface Placed {
  node: LineageNode;
  title: string;
  x: number;
  y: number;
}

/** A line from what was read to what read it. */
export interface Edge {
  key: string;
  path: string;
}

export interface Graph {
  nodes: Placed[];
  edges: Edge[];
  width: number;
  height: number;
}

export const NODE = { width: 188, height: 58, across: 28, down: 40, margin: 16 };

/** What a node is called. */
export function titleOf(node: LineageNode): string {
  return node.kind === 'run' ? algorithmTitle(node.title) : node.title;
}

/** The main way to the last node: each followed back along the first thing it read. */
export function mainPath(nodes: readonly LineageNode[]): LineageNode[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const path: LineageNode[] = [];
  let at = nodes.at(-1);
  while (at && !path.includes(at)) {
    path.unshift(at);
    at = byId.get(at.reads[0] ?? '');
  }
  return path;
}

/** Lay a chain of runs out; what is read lies above what reads it. */
export function layout(nodes: readonly LineageNode[]): Graph {
  const layers = byLayer(nodes, depths(nodes));
  const widest = Math.max(1, ...layers.map(layer => layer.length));
  const width = 2 * NODE.margin + widest * NODE.width + (widest - 1) * NODE.across;
  const placed = new Map<string, Placed>();
  layers.forEach((layer, depth) => {
    order(layer, placed).forEach((node, n) => {
      const span = layer.length * NODE.width + (layer.length - 1) * NODE.across;
      const x = (width - span) / 2 + n * (NODE.width + NODE.across);
      const y = NODE.margin + depth * (NODE.height + NODE.down);
      placed.set(node.id, { node, title: titleOf(node), x, y });
    });
  });
  return {
    nodes: [...placed.values()],
    edges: edgesOf(placed),
    width,
    height: 2 * NODE.margin + layers.length * NODE.height + Math.max(0, layers.length - 1) * NODE.down
  };
}

/** Give each node its depth: runs as far down as their longest way, sources just above who reads them first. */
function depths(nodes: readonly LineageNode[]): Map<string, number> {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const found = new Map<string, number>();
  const depthOf = (node: LineageNode, on: ReadonlySet<string>): number => {
    const known = found.get(node.id);
    if (known !== undefined || on.has(node.id)) {
      return known ?? 0;
    }
    const above = node.reads.flatMap(id => byId.get(id) ?? []);
    const deeper = new Set([...on, node.id]);
    const depth = Math.max(-1, ...above.map(one => depthOf(one, deeper))) + 1;
    found.set(node.id, depth);
    return depth;
  };
  nodes.forEach(node => depthOf(node, new Set()));
  for (const node of nodes.filter(one => one.reads.length === 0)) {
    const readers = nodes.filter(one => one.reads.includes(node.id)).map(one => found.get(one.id) ?? 1);
    if (readers.length) {
      found.set(node.id, Math.min(...readers) - 1);
    }
  }
  return found;
}

function byLayer(nodes: readonly LineageNode[], depth: ReadonlyMap<string, number>): LineageNode[][] {
  const layers: (LineageNode[] | undefined)[] = [];
  for (const node of nodes) {
    (layers[depth.get(node.id) ?? 0] ??= []).push(node);
  }
  return [...layers].filter(layer => layer !== undefined);
}

/** Put the nodes of a layer below the middle of what they read, so that few lines cross. */
function order(layer: readonly LineageNode[], placed: ReadonlyMap<string, Placed>): LineageNode[] {
  const middle = (node: LineageNode): number => {
    const above = node.reads.flatMap(id => placed.get(id)?.x ?? []);
    return above.length ? above.reduce((sum, x) => sum + x, 0) / above.length : Infinity;
  };
  const weights = new Map(layer.map(node => [node, middle(node)]));
  const weight = (node: LineageNode): number => weights.get(node) ?? Infinity;
  return [...layer].sort((one, two) => (weight(one) === weight(two) ? 0 : weight(one) - weight(two)));
}

function edgesOf(placed: ReadonlyMap<string, Placed>): Edge[] {
  return [...placed.values()].flatMap(to =>
    to.node.reads.flatMap((id, n) => {
      const from = placed.get(id);
      return from ? [{ key: `${id}>${to.node.id}`, path: curve(from, to, n, to.node.reads.length) }] : [];
    })
  );
}

/** A line from the lower edge of one node to the upper edge of another; several ends stand side by side. */
function curve(from: Placed, to: Placed, n: number, of: number): string {
  const start = [from.x + NODE.width / 2, from.y + NODE.height] as const;
  const end = [to.x + (NODE.width * (n + 1)) / (of + 1), to.y - 3] as const;
  const bend = (end[1] - start[1]) / 2;
  return `M${start[0]} ${start[1]}C${start[0]} ${start[1] + bend} ${end[0]} ${end[1] - bend} ${end[0]} ${end[1]}`;
}

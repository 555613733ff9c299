/** A record as a tree; branches are asked for when they are opened. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Asks } from '../../imageSource';
import type { TreeNode, ViewInfo } from '../../protocol';
import { Problem } from './banner';
import { type Branches, type Row, rowsOf } from './treeRows';

interface Props {
  asks: Asks;
  info: ViewInfo;
  trans: TranslationBundle;
}

export function TreeView({ asks, info, trans }: Props): JSX.Element {
  const { root, open, problem, toggle } = useTree(asks, info);
  const [current, setCurrent] = React.useState('');
  const rows = root ? rowsOf(root, open) : [];
  const at = Math.max(
    rows.findIndex(row => row.id === current),
    0
  );
  const list = React.useRef<HTMLDivElement>(null);
  const go = (row: Row | undefined) => {
    if (row) {
      setCurrent(row.id);
      [...(list.current?.children ?? [])][rows.indexOf(row)]?.scrollIntoView({ block: 'nearest' });
    }
  };
  const onKey = (event: React.KeyboardEvent) => {
    const move = movesOf(rows, at, go, toggle).get(event.key);
    if (move) {
      event.preventDefault();
      move();
    }
  };
  return (
    <div className="jp-DaisyRecord">
      {problem !== null && <Problem problem={problem} trans={trans} />}
      <div
        ref={list}
        className="jp-DaisyRecord-list"
        role="tree"
        tabIndex={0}
        aria-label={trans.__('Record %1', info.name)}
        aria-activedescendant={rows[at] ? `jp-DaisyRecord-${at}` : undefined}
        onKeyDown={onKey}
      >
        {rows.map((row, n) => (
          <TreeRow
            key={row.id}
            row={row}
            id={`jp-DaisyRecord-${n}`}
            current={n === at}
            trans={trans}
            onClick={() => {
              setCurrent(row.id);
              if (row.branch) {
                toggle(row);
              }
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** Give what keys do: they go through the rows, and open and close branches. */
function movesOf(
  rows: Row[],
  at: number,
  go: (row: Row | undefined) => void,
  toggle: (row: Row) => void
): Map<string, () => unknown> {
  const row = rows[at];
  return new Map(
    Object.entries({
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows[rows.length - 1]),
      ArrowRight: () => row && (row.branch && !row.open ? toggle(row) : go(rows[at + 1])),
      ArrowLeft: () =>
        row &&
        (row.open
          ? toggle(row)
          : go(
              rows
                .slice(0, at)
                .reverse()
                .find(one => one.level < row.level)
            )),
      Enter: () => row?.branch && toggle(row)
    })
  );
}

interface RowProps {
  row: Row;
  id: string;
  current: boolean;
  trans: TranslationBundle;
  onClick: () => void;
}

function TreeRow({ row, id, current, trans, onClick }: RowProps): JSX.Element {
  return (
    <div
      id={id}
      className={`jp-DaisyRecord-row${current ? ' jp-mod-current' : ''}`}
      role="treeitem"
      aria-level={row.level + 1}
      aria-expanded={row.branch ? row.open : undefined}
      aria-selected={current}
      style={{ paddingLeft: `${row.level * 16 + 8}px` }}
      onClick={onClick}
    >
      <span className="jp-DaisyRecord-mark" aria-hidden="true">
        {row.branch ? (row.open ? '▾' : '▸') : ''}
      </span>
      <span className="jp-DaisyRecord-key">{row.key}</span>
      <span className="jp-DaisyRecord-text jp-DaisyNumber">
        {row.missing ? trans._n('%1 more', '%1 more', row.missing) : row.text}
      </span>
    </div>
  );
}

interface Tree {
  root: TreeNode | null;
  open: Branches;
  problem: unknown;
  toggle: (row: Row) => void;
}

/** The record as far as it was asked for, and which of its branches are open. */
function useTree(asks: Asks, info: ViewInfo): Tree {
  const [root, setRoot] = React.useState<TreeNode | null>(null);
  const [open, setOpen] = React.useState<Branches>(new Map());
  const [problem, setProblem] = React.useState<unknown>(null);
  const { name, version } = info;
  const ask = React.useCallback(
    async (path: string[]): Promise<TreeNode | null> => {
      try {
        return (await asks.request('view.tree', { name, version, path })).result.root;
      } catch (error) {
        setProblem(error);
        return null;
      }
    },
    [asks, name, version]
  );
  React.useEffect(() => {
    let over = false;
    void ask([]).then(found => {
      if (!over && found) {
        setRoot(found);
        setOpen(new Map([['', found]]));
      }
    });
    return () => {
      over = true;
    };
  }, [ask]);
  const toggle = (row: Row) => {
    const next = new Map(open);
    if (next.delete(row.id)) {
      setOpen(next);
    } else if (row.node.children.length) {
      setOpen(next.set(row.id, row.node));
    } else {
      void ask(row.path).then(found => found && setOpen(known => new Map(known).set(row.id, found)));
    }
  };
  return { root, open, problem, toggle };
}

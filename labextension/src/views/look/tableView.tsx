/** A table of any length: only the rows on the screen are asked for and drawn. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Asker, Shelf } from '../../imageAsker';
import type { Asks } from '../../imageSource';
import { pagesOf, rowWindow } from '../../imageTable';
import type { TableReply, ViewInfo } from '../../protocol';
import { Problem } from './banner';
import { useSize } from '../react';

interface Props {
  asks: Asks;
  info: ViewInfo;
  trans: TranslationBundle;
  tools?: React.ReactNode;
}

interface Page extends TableReply {
  bytes: number;
}

const ROW_HEIGHT = 24;
const PAGE = 100;
const MOST_PAGES = 60;

export function TableView({ asks, info, trans, tools }: Props): JSX.Element {
  const box = React.useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [scrolled, setScrolled] = React.useState(0);
  const { pages, length, columns, problem, want } = usePages(asks, info);
  const rows = rowWindow(scrolled, size.height, length, ROW_HEIGHT);
  React.useEffect(() => want(rows.first, rows.last), [want, rows.first, rows.last]);
  const numbers = Array.from({ length: Math.max(rows.last - rows.first, 0) }, (_, n) => rows.first + n);
  return (
    <div className="jp-DaisySheet">
      {tools && <div className="jp-DaisyLook-tools">{tools}</div>}
      {problem !== null && <Problem problem={problem} trans={trans} />}
      <div
        ref={box}
        className="jp-DaisySheet-scroll"
        tabIndex={0}
        role="group"
        aria-label={trans.__('Table of %1', info.name)}
        onScroll={event => setScrolled(event.currentTarget.scrollTop)}
      >
        <div style={{ height: rows.height + ROW_HEIGHT }}>
          <table role="table" aria-rowcount={length} style={{ top: `${Math.max(rows.top, 0)}px` }}>
            <thead>
              <tr>
                <th scope="col" aria-label={trans.__('Row')} />
                {columns.map((column, n) => (
                  <th key={n} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {numbers.map(number => (
                <tr key={number} aria-rowindex={number + 1}>
                  <th scope="row">{number}</th>
                  {(rowOf(pages, number) ?? columns.map(() => '…')).map((cell, n) => (
                    <td key={n}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <div className="jp-DaisyLook-foot jp-DaisyNumber">
        {trans.__('%1 rows, %2 columns', length, columns.length)}
        {info.unit && info.unit !== '1' ? `, ${info.unit}` : ''}
      </div>
    </div>
  );
}

function rowOf(pages: Shelf<Page>, number: number): string[] | undefined {
  return pages.get(String(Math.floor(number / PAGE)))?.rows[number % PAGE];
}

interface Pages {
  pages: Shelf<Page>;
  length: number;
  columns: string[];
  problem: unknown;
  want: (first: number, last: number) => void;
}

/** Ask for the pages that are wanted and not here, the latest wish first. */
function usePages(asks: Asks, info: ViewInfo): Pages {
  const [head, setHead] = React.useState<{ length: number; columns: string[] }>({ length: 1, columns: [] });
  const [problem, setProblem] = React.useState<unknown>(null);
  const { name, version } = info;
  // One view, one version: the view is made anew for another.
  const [pages] = React.useState(() => new Shelf<Page>(MOST_PAGES));
  const asker = React.useMemo(
    () =>
      new Asker<number[], TableReply[]>(
        wanted =>
          Promise.all(
            wanted.map(async page => {
              const params = { name, version, start: page * PAGE, count: PAGE };
              return (await asks.request('view.table', params)).result;
            })
          ),
        found => {
          found.forEach(page => pages.put(String(page.start / PAGE), { ...page, bytes: 1 }));
          const [first] = found;
          setHead(known => (first ? { length: first.length, columns: first.columns } : known));
          setProblem(null);
        },
        setProblem
      ),
    [asks, pages, name, version]
  );
  React.useEffect(() => () => asker.stop(), [asker]);
  const want = React.useCallback(
    (first: number, last: number) => {
      const missing = pagesOf(first, last, PAGE).filter(page => !pages.has(String(page)));
      if (missing.length) {
        asker.ask(missing);
      }
    },
    [asker, pages]
  );
  return { pages, ...head, problem, want };
}

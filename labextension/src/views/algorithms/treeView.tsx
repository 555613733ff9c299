/** The tree of algorithms, or what was found in it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { AlgorithmInfo } from '../../protocol';
import type { DocsCard } from './docsCard';
import type { AlgorithmsModel } from './model';
import { marked } from './search';
import { groupTitle, type Row, techniqueTitle } from './tree';
import { deedOf } from './treeKeys';

interface Props {
  model: AlgorithmsModel;
  rows: Row[];
  card: DocsCard;
  trans: TranslationBundle;
  /** Put the focus into the search, with this typed behind what is there. */
  toSearch: (text: string) => void;
  /** Open a form; `far` puts the focus into it. */
  open: (id: string, far: boolean) => void;
}

export function TreeView(props: Props): JSX.Element {
  const { model, rows, trans, card } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const cursor = rows.some(row => row.key === model.cursor) ? model.cursor : (rows[0]?.key ?? '');
  React.useLayoutEffect(() => {
    if (list.current?.contains(document.activeElement)) {
      list.current.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  }, [cursor]);
  React.useEffect(() => () => card.close(), [card]);
  React.useEffect(() => {
    list.current?.querySelector('.jp-mod-selected')?.scrollIntoView({ block: 'nearest' });
  }, [model.selected]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const deed = deedOf(event.key, rows, cursor);
    if (!deed) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    card.close();
    if (deed.kind === 'move') {
      model.moveTo(deed.key);
    } else if (deed.kind === 'turn') {
      model.turn(deed.key, deed.open);
    } else if (deed.kind === 'open') {
      props.open(deed.id, true);
    } else {
      props.toSearch(deed.text);
    }
  };
  return (
    <div
      ref={list}
      role="tree"
      aria-label={trans.__('Algorithms')}
      className="jp-DaisyTree"
      onKeyDown={onKeyDown}
    >
      {rows.map(row => (
        <Line key={row.key} row={row} here={row.key === cursor} {...props} />
      ))}
    </div>
  );
}

type LineProps = Props & { row: Row; here: boolean };

function Line({ row, here, model, card, trans, open }: LineProps): JSX.Element {
  const info = row.algorithm;
  const chosen = row.key === model.selected;
  const click = () => {
    card.close();
    model.moveTo(row.key);
    if (info) {
      open(info.id, false);
    } else {
      model.turn(row.key, !row.open);
    }
  };
  return (
    <div
      role="treeitem"
      tabIndex={here ? 0 : -1}
      aria-level={row.level}
      aria-selected={chosen}
      {...(row.open === null ? {} : { 'aria-expanded': row.open })}
      className={`jp-DaisyTree-row${chosen ? ' jp-mod-selected' : ''}${info ? '' : ' jp-mod-branch'}`}
      style={{ paddingLeft: 8 + 14 * (row.level - 1) }}
      data-key={row.key}
      onClick={click}
      onFocus={() => model.moveTo(row.key)}
      onMouseEnter={event => info && card.soon(info, event.currentTarget)}
      onMouseLeave={() => card.leave()}
    >
      {info ? <Leaf info={info} query={model.query} trans={trans} /> : <Branch row={row} trans={trans} />}
    </div>
  );
}

function Branch({ row, trans }: { row: Row; trans: TranslationBundle }): JSX.Element {
  return (
    <>
      <span className="jp-DaisyTree-arrow" aria-hidden="true">
        {row.open ? '▾' : '▸'}
      </span>
      <span className="jp-DaisyTree-title">{row.title}</span>
      <span
        className="jp-DaisyTree-count jp-DaisyNumber"
        aria-label={trans._n('%1 algorithm', '%1 algorithms', row.count)}
      >
        {row.count}
      </span>
    </>
  );
}

function Leaf({
  info,
  query,
  trans
}: {
  info: AlgorithmInfo;
  query: string;
  trans: TranslationBundle;
}): JSX.Element {
  const path = [
    techniqueTitle(info.technique, trans),
    ...(info.group ? [groupTitle(info.group, trans)] : [])
  ];
  return (
    <span className="jp-DaisyTree-leaf">
      <span className="jp-DaisyTree-title">
        {marked(info.title, query).map(({ text, hit }, place) =>
          hit ? <mark key={place}>{text}</mark> : text
        )}
        {query && <span className="jp-DaisyTree-path">{path.join(' › ')}</span>}
      </span>
      <span className="jp-DaisyTree-summary">{info.summary.replace(/`/g, '')}</span>
    </span>
  );
}

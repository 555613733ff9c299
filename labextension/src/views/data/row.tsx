/** One line of the list of objects. */
import { caretDownEmptyThinIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytesText, rowText } from '../../objects';
import { type Row, sameRow } from '../../objectsTree';
import { iconOf } from './icons';
import { NameField } from './nameField';
import { makerText, tooltip } from './words';

/** What a row tells the list; the functions stay the same, so that a row is drawn only when it changed. */
export interface RowEvents {
  choose: (row: Row, event: React.MouseEvent) => void;
  fold: (row: Row) => void;
  open: () => void;
  drag: (row: Row, event: React.DragEvent) => void;
  rename: (name: string, wanted: string) => Promise<string>;
  leaveRenaming: () => void;
}

interface Props {
  row: Row;
  top: number;
  chosen: boolean;
  current: boolean;
  renaming: boolean;
  events: RowEvents;
  trans: TranslationBundle;
}

/** Id of a row in the page, for the list's `aria-activedescendant`. */
export function rowId(key: string): string {
  return `jp-DaisyData-row-${encodeURIComponent(key)}`;
}

function DataRow({ row, top, chosen, current, renaming, events, trans }: Props): JSX.Element {
  const classes = ['jp-DaisyData-row', chosen && 'jp-mod-selected', current && 'jp-mod-current'];
  const Icon = iconOf(row.object).react;
  return (
    <div
      id={rowId(row.key)}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.place}
      aria-setsize={row.of}
      aria-selected={chosen}
      {...(row.open === null ? {} : { 'aria-expanded': row.open })}
      className={classes.filter(Boolean).join(' ')}
      style={{ top, paddingLeft: 4 + 14 * row.depth }}
      title={renaming ? undefined : tooltip(row, trans)}
      draggable={!renaming}
      onDragStart={event => events.drag(row, event)}
      onMouseDown={event => events.choose(row, event)}
      onDoubleClick={() => (row.object ? events.open() : events.fold(row))}
    >
      <Caret row={row} fold={events.fold} />
      <Icon tag="span" className="jp-DaisyData-icon" />
      {renaming ? (
        <NameField name={row.key} rename={events.rename} leave={events.leaveRenaming} trans={trans} />
      ) : (
        <span className="jp-DaisyData-name">{row.label}</span>
      )}
      {!renaming && row.object && row.object.version > 1 && (
        <span className="jp-DaisyBadge" aria-label={trans.__('version %1', row.object.version)}>
          v{row.object.version}
        </span>
      )}
      <span className="jp-DaisyData-maker">{row.object ? makerText(row.object, trans) : ''}</span>
      <span className="jp-DaisyData-values">
        {row.object ? rowText(row.object) : row.open ? '' : row.count}
      </span>
      <span className="jp-DaisyData-size">{bytesText(row.bytes)}</span>
    </div>
  );
}

export const RowView = React.memo(
  DataRow,
  (one, two) =>
    sameRow(one.row, two.row) &&
    one.top === two.top &&
    one.chosen === two.chosen &&
    one.current === two.current &&
    one.renaming === two.renaming &&
    one.events === two.events
);

/** The mark before a branch; the keys Left and Right do the same. */
function Caret({ row, fold }: { row: Row; fold: (row: Row) => void }): JSX.Element {
  if (row.open === null) {
    return <span className="jp-DaisyData-caret" />;
  }
  const Mark = (row.open ? caretDownEmptyThinIcon : caretRightIcon).react;
  return (
    <span
      className="jp-DaisyData-caret"
      aria-hidden="true"
      onMouseDown={event => {
        event.stopPropagation();
        fold(row);
      }}
      onDoubleClick={event => event.stopPropagation()}
    >
      <Mark tag="span" />
    </span>
  );
}

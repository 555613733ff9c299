/** The list of objects: only the rows in sight are in the page, and only those that changed are drawn anew. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { inPython } from '../../objects';
import type { ObjectList } from '../../objectsList';
import { inSight } from '../../objectsTree';
import { useScrolled } from '../react';
import type { DataActions } from './actions';
import { rowId, type RowEvents, RowView } from './row';

const ROW = 25;
/** Room below a name that is being changed, for what is wrong with it. */
const FAULT = 4 * ROW;

interface Props {
  list: ObjectList;
  actions: DataActions;
  trans: TranslationBundle;
}

export function ListView({ list, actions, trans }: Props): JSX.Element {
  const node = React.useRef<HTMLDivElement>(null);
  const [top, height] = useScrolled(node);
  const events = useEvents(list, actions, node);
  useInSight(list, node);
  const [first, last] = inSight(top, height, ROW, list.rows.length);
  const shown = list.rows.slice(first, last);
  const currentShown = shown.some(row => row.key === list.current);
  return (
    <div
      ref={node}
      className="jp-DaisyData-list"
      role="tree"
      aria-label={trans.__('Data objects')}
      aria-multiselectable="true"
      {...(currentShown && list.current !== null ? { 'aria-activedescendant': rowId(list.current) } : {})}
      tabIndex={0}
      onKeyDown={event => onKey(event, list, Math.max(1, Math.floor(height / ROW) - 1))}
      onMouseDown={event => event.target === node.current && list.chooseNone()}
    >
      <div
        className="jp-DaisyData-rows"
        style={{ height: ROW * list.rows.length + (list.renaming ? FAULT : 0) }}
        role="presentation"
      >
        {shown.map((row, n) => (
          <RowView
            key={row.key}
            row={row}
            top={ROW * (first + n)}
            chosen={list.chosen.has(row.key)}
            current={row.key === list.current}
            renaming={row.key === list.renaming}
            events={events}
            trans={trans}
          />
        ))}
      </div>
    </div>
  );
}

/** Keep the row of the keyboard in sight when it moves. */
function useInSight(list: ObjectList, node: React.RefObject<HTMLDivElement>): void {
  const at = list.rows.findIndex(row => row.key === list.current);
  React.useLayoutEffect(() => {
    const view = node.current;
    if (view && at >= 0) {
      const above = ROW * at;
      const below = above + ROW + (list.renaming ? FAULT : 0);
      view.scrollTop = Math.min(Math.max(below - view.clientHeight, view.scrollTop), above);
    }
    // Only when the row is another one: scrolling by hand must not be taken back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [list.current, list.renaming]);
}

function useEvents(list: ObjectList, actions: DataActions, node: React.RefObject<HTMLDivElement>): RowEvents {
  return React.useMemo(() => {
    // The field that had the focus goes away: the list takes it, unless the user went elsewhere.
    const endRenaming = (): void => {
      const focused = node.current?.contains(document.activeElement);
      list.rename(null);
      if (focused) {
        node.current?.focus();
      }
    };
    return {
      choose: (row, event) => {
        const several = event.ctrlKey || event.metaKey;
        if (event.button === 0) {
          list.choose(row.key, event.shiftKey ? 'range' : several ? 'toggle' : 'one');
        } else if (!list.chosen.has(row.key)) {
          list.choose(row.key);
        }
      },
      fold: row => list.fold(row.key, !row.open),
      open: () => actions.openChosen(),
      drag: (row, event) => {
        if (!list.chosen.has(row.key)) {
          list.choose(row.key);
        }
        const names = list.objectsChosen.map(object => object.name);
        event.dataTransfer.effectAllowed = 'copy';
        event.dataTransfer.setData('text/plain', names.map(inPython).join(', '));
        event.dataTransfer.setData('application/x-daisy-object', names.join('\n'));
      },
      rename: async (name, wanted) => {
        const fault = await actions.rename(name, wanted);
        if (!fault) {
          endRenaming();
          list.choose(wanted);
        }
        return fault;
      },
      leaveRenaming: endRenaming
    };
  }, [list, actions, node]);
}

/** Walk with the keys; Enter, F2, Delete and undo are commands. */
function onKey(event: React.KeyboardEvent, list: ObjectList, page: number): void {
  const several = event.ctrlKey || event.metaKey;
  const keys: Record<string, () => void> = {
    ArrowDown: () => list.walk(1, event.shiftKey),
    ArrowUp: () => list.walk(-1, event.shiftKey),
    PageDown: () => list.walk(page, event.shiftKey),
    PageUp: () => list.walk(-page, event.shiftKey),
    Home: () => list.walk(-list.rows.length, event.shiftKey),
    End: () => list.walk(list.rows.length, event.shiftKey),
    ArrowRight: () => list.inward(),
    ArrowLeft: () => list.outward(),
    Escape: () => list.chooseNone(),
    ' ': () => list.current !== null && list.choose(list.current, 'toggle'),
    ...(several ? { a: () => list.chooseAll() } : {})
  };
  const does = keys[event.key];
  if (does && event.target === event.currentTarget) {
    event.preventDefault();
    event.stopPropagation();
    does();
  }
}

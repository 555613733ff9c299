/** Above the list: undo and redo of the store, filter, order. */
import { redoIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Connection } from '../../connection';
import type { ObjectList } from '../../objectsList';
import type { Sort } from '../../objectsTree';
import type { DataActions } from './actions';

interface Props {
  list: ObjectList;
  connection: Connection;
  actions: DataActions;
}

/** Name of the panel, and the way back. */
export function Heading({ connection, actions }: Omit<Props, 'list'>): JSX.Element {
  const { trans } = actions;
  const { canUndo, canRedo } = connection.state;
  return (
    <header className="jp-DaisyData-heading">
      <h2 className="jp-DaisyHeading">{trans.__('Data')}</h2>
      <IconButton
        label={trans.__('Undo in the store')}
        enabled={canUndo}
        act={() => actions.undo()}
        icon={undoIcon}
      />
      <IconButton
        label={trans.__('Redo in the store')}
        enabled={canRedo}
        act={() => actions.redo()}
        icon={redoIcon}
      />
    </header>
  );
}

export function Toolbar({ list, actions }: Omit<Props, 'connection'>): JSX.Element {
  const { trans } = actions;
  return (
    <div className="jp-DaisyData-toolbar">
      <input
        type="search"
        className="jp-DaisyField"
        placeholder={trans._n('Filter 1 object…', 'Filter %1 objects…', list.total)}
        aria-label={trans.__('Filter objects by name, kind, type, axis or maker')}
        spellCheck={false}
        value={list.filter}
        onChange={event => list.setFilter(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            list.walk(list.current === null ? 1 : 0);
            event.currentTarget
              .closest('.jp-DaisyData')
              ?.querySelector<HTMLElement>('[role="tree"]')
              ?.focus();
          } else if (event.key === 'Escape') {
            list.setFilter('');
          }
        }}
      />
      <select
        className="jp-DaisyField"
        aria-label={trans.__('Order of the list')}
        value={list.sort}
        onChange={event => list.setSort(event.target.value as Sort)}
      >
        <option value="name">{trans.__('Name')}</option>
        <option value="size">{trans.__('Size')}</option>
        <option value="newest">{trans.__('Newest')}</option>
      </select>
    </div>
  );
}

interface ButtonProps {
  label: string;
  enabled: boolean;
  act: () => Promise<void>;
  icon: typeof undoIcon;
}

function IconButton({ label, enabled, act, icon: Icon }: ButtonProps): JSX.Element {
  return (
    <button
      className="jp-DaisyData-iconButton"
      title={label}
      aria-label={label}
      disabled={!enabled}
      onClick={() => void act()}
    >
      <Icon.react tag="span" />
    </button>
  );
}

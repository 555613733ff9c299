/** The right sidebar: what the kernel holds. */
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { Connection } from '../../connection';
import { ObjectList } from '../../objectsList';
import type { KernelState } from '../../state';
import { KernelPanel } from '../panel';
import { useSignal } from '../react';
import { Splitter } from '../splitter';
import { daisyIcon } from '../icons';
import { DataActions, type Means } from './actions';
import { Details } from './details';
import { ListView } from './list';
import { Heading, Toolbar } from './toolbar';

export class DataPanel extends KernelPanel {
  constructor(means: Means) {
    super(means.connections, ['objects']);
    this.list = new ObjectList();
    this.actions = new DataActions(this.list, means);
    this.id = 'daisy-lab-data';
    this.addClass('jp-DaisyDataPanel');
    this.title.icon = daisyIcon;
    this.title.caption = this.trans.__('Daisy data');
  }

  readonly list: ObjectList;
  readonly actions: DataActions;

  /** Whether there is a kernel whose objects can be changed. */
  get isReady(): boolean {
    return this.connection?.standing === 'ready';
  }

  get state(): KernelState | null {
    return this.connection?.state ?? null;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.list.dispose();
      super.dispose();
    }
  }

  protected content(connection: Connection): JSX.Element {
    this.list.take(connection.state.objects);
    return <Body list={this.list} connection={connection} actions={this.actions} />;
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('[role="tree"]')?.focus();
  }
}

interface Props {
  list: ObjectList;
  connection: Connection;
  actions: DataActions;
}

function Body({ list, connection, actions }: Props): JSX.Element {
  useSignal(list.changed);
  const [share, setShare] = React.useState(0.55);
  const { trans } = actions;
  return (
    <div className="jp-DaisyData">
      <Heading connection={connection} actions={actions} />
      <Toolbar list={list} actions={actions} />
      {list.total === 0 && (
        <p className="jp-DaisyEmpty">
          {trans.__(
            'Nothing is stored yet. Load a file: right-click it in the file browser, “Load into Daisy”. Or store["name"] = array in a cell.'
          )}
        </p>
      )}
      {list.total > 0 && list.rows.length === 0 && (
        <p className="jp-DaisyEmpty" role="status">
          {trans.__('No object matches “%1”.', list.filter)}
        </p>
      )}
      <ListView list={list} actions={actions} trans={trans} />
      {list.objectsChosen.length > 0 && (
        <>
          <Splitter share={share} resize={setShare} label={trans.__('Height of the list')} />
          <div className="jp-DaisyData-details" style={{ flexBasis: `${100 * (1 - share)}%` }}>
            <Details list={list} connection={connection} actions={actions} />
          </div>
        </>
      )}
    </div>
  );
}

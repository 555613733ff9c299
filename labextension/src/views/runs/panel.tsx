/** The panel at the foot: what runs, what ran, and the workflow being put together. */
import * as React from 'react';

import type { Connection } from '../../connection';
import type { IConnections } from '../../tokens';
import { daisyIcon } from '../icons';
import { KernelPanel } from '../panel';
import type { Page } from './actions';
import { RunsBoard } from './board';

export class RunsPanel extends KernelPanel {
  constructor(
    connections: IConnections,
    private readonly page: Page
  ) {
    super(connections, ['runs', 'workflow']);
    this.id = 'daisy-lab-runs';
    // As the shell does for what is added: a layout that is restored leaves it out.
    this.title.icon = daisyIcon.bindprops({ stylesheet: 'mainAreaTab' });
    this.title.label = this.trans.__('Daisy runs');
    this.title.caption = this.trans.__('Runs of the kernel, and the workflow being put together');
    this.title.closable = true;
  }

  protected content(connection: Connection): JSX.Element {
    return (
      <RunsBoard key={connection.kernel.id} connection={connection} page={this.page} trans={this.trans} />
    );
  }
}

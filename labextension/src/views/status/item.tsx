/** The item in the status bar: how many objects there are, their memory, and how it stands with the kernel. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Connection, Standing } from '../../connection';
import { bytesText } from '../../objects';
import type { IConnections } from '../../tokens';
import { KernelPanel } from '../panel';
import { isNearlyFull, memoryText } from './words';

export class StatusItem extends KernelPanel {
  constructor(
    connections: IConnections,
    private readonly open: () => void
  ) {
    super(connections, ['objects']);
    this.removeClass('jp-DaisyPanel');
    this.addClass('jp-DaisyStatus');
  }

  protected override render(): JSX.Element {
    const { connection } = this;
    if (!connection) {
      return <></>;
    }
    return (
      <button
        type="button"
        data-daisy-standing={connection.standing}
        title={this.hint(connection)}
        onClick={() => this.open()}
      >
        {this.trans.__('Daisy')}:{' '}
        {connection.standing === 'ready' ? this.content(connection) : this.standing(connection)}
      </button>
    );
  }

  protected content({ state }: Connection): JSX.Element {
    const { trans } = this;
    const memory = memoryText(state.memory, (used, budget) => trans.__('%1 of %2', used, budget));
    return (
      <span className="jp-DaisyNumber">
        {trans._n('%1 object', '%1 objects', state.objects.size)} · {memory}
        {isNearlyFull(state.memory) && ` · ${trans.__('nearly full')}`}
      </span>
    );
  }

  private standing(connection: Connection): string {
    return standingText(connection.standing, this.trans);
  }

  private hint({ standing, state, hello }: Connection): string {
    const { trans } = this;
    const lines = [trans.__('Open the data of this kernel')];
    if (standing === 'ready') {
      lines.push(
        trans.__('Arrays in memory: %1', bytesText(state.memory.resident)),
        state.memory.budget === null
          ? trans.__('No limit is set: nothing is put on disk')
          : trans.__('Beyond %1 arrays are put on disk', bytesText(state.memory.budget)),
        trans.__('The whole kernel: %1', bytesText(state.memory.process)),
        trans.__('Daisy Lab %1', hello?.version ?? '')
      );
    }
    return lines.join('\n');
  }
}

function standingText(standing: Standing, trans: TranslationBundle): string {
  const words: Record<Standing, string> = {
    connecting: trans.__('connecting'),
    busy: trans.__('waiting for the running cell'),
    ready: '',
    missing: trans.__('not in this kernel'),
    outdated: trans.__('another version in the kernel'),
    lost: trans.__('connection lost'),
    dead: trans.__('the kernel died')
  };
  return words[standing];
}

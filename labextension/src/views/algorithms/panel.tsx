/** The left sidebar: what the kernel can do. */
import * as React from 'react';

import type { Connection } from '../../connection';
import type { RunCall } from '../../protocol';
import type { IConnections, IViews, IWriting } from '../../tokens';
import { KernelPanel } from '../panel';
import { AlgorithmsView } from './algorithmsView';
import { DocsCard } from './docsCard';
import { algorithmsIcon } from './icon';
import { AlgorithmsModel } from './model';

export class AlgorithmsPanel extends KernelPanel {
  constructor(
    connections: IConnections,
    private readonly views: IViews | null,
    private readonly writing: IWriting | null
  ) {
    super(connections, ['algorithms', 'objects', 'runs']);
    this.addClass('jp-DaisyAlgorithms');
    this.title.icon = algorithmsIcon;
    this.title.caption = this.trans.__('Daisy algorithms');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.trans.__('Daisy algorithms'));
    this.model = new AlgorithmsModel(this.trans);
    this.card = new DocsCard(this.trans);
    connections.changed.connect(this.onKernel, this);
    this.onKernel();
  }

  /** Open the form of an algorithm, filled with a call where one is given. */
  open(id: string, call?: Partial<RunCall>): void {
    this.model.search('');
    this.model.open(id, call);
    this.model.reveal(this.connections.current?.state.algorithms ?? []);
    this.update();
  }

  /** Put the focus into the search. */
  search(): void {
    window.requestAnimationFrame(() => this.node.querySelector<HTMLElement>('.jp-DaisySearch')?.focus());
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.connections.changed.disconnect(this.onKernel, this);
      this.model.dispose();
      this.card.dispose();
      super.dispose();
    }
  }

  protected content(connection: Connection): JSX.Element {
    return (
      <AlgorithmsView
        model={this.model}
        state={connection.state}
        card={this.card}
        views={this.views}
        writing={this.writing}
        trans={this.trans}
      />
    );
  }

  private onKernel(): void {
    this.model.use(this.connections.current);
  }

  private readonly model: AlgorithmsModel;
  private readonly card: DocsCard;
}

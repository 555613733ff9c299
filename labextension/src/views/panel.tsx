/** A sidebar that shows one kernel: it watches only while it is visible, and says in words when there is none. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { Connection } from '../connection';
import type { Topic } from '../state';
import type { IConnections } from '../tokens';
import { Aside, Standstill } from './standstill';

/** What every panel of ours is. */
export abstract class KernelPanel extends ReactWidget {
  constructor(
    readonly connections: IConnections,
    private readonly topics: Topic[]
  ) {
    super();
    this.addClass('jp-DaisyPanel');
    connections.changed.connect(this.follow, this);
    this.follow();
  }

  get trans(): TranslationBundle {
    return this.connections.trans;
  }

  /** Draw what a connected kernel holds. */
  protected abstract content(connection: Connection): JSX.Element;

  protected override render(): JSX.Element {
    const connection = this.connection;
    if (!connection || (connection.standing !== 'ready' && !connection.remembers)) {
      return <Standstill connection={connection} trans={this.trans} />;
    }
    return (
      <>
        {this.content(connection)}
        {connection.standing !== 'ready' && <Aside connection={connection} trans={this.trans} />}
      </>
    );
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.watch();
    this.update();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.watch();
  }

  protected override onBeforeHide(message: Message): void {
    this.unwatch();
    super.onBeforeHide(message);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.leave();
      this.connections.changed.disconnect(this.follow, this);
      super.dispose();
    }
  }

  private follow(): void {
    this.leave();
    this.connection = this.connections.current;
    this.connection?.changed.connect(this.update, this);
    this.connection?.state.changed.connect(this.onChanged, this);
    this.watch();
    this.update();
  }

  private leave(): void {
    this.unwatch();
    this.connection?.changed.disconnect(this.update, this);
    this.connection?.state.changed.disconnect(this.onChanged, this);
    this.connection = null;
  }

  private onChanged(_state: unknown, topic: Topic): void {
    if (this.topics.includes(topic) && this.isVisible) {
      this.update();
    }
  }

  private watch(): void {
    if (!this.hide_ && this.isVisible && this.connection) {
      this.hide_ = this.connection.state.show(...this.topics);
    }
  }

  private unwatch(): void {
    this.hide_?.();
    this.hide_ = null;
  }

  protected connection: Connection | null = null;
  private hide_: (() => void) | null = null;
}

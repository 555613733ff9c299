/** Documentation beside the tree while the pointer rests on an algorithm. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { AlgorithmInfo } from '../../protocol';
import { Docs } from './docsView';

const REST = 550;
const GRACE = 200;
const MARGIN = 8;

export class DocsCard extends ReactWidget {
  constructor(private readonly trans: TranslationBundle) {
    super();
    this.addClass('jp-DaisyCard');
    this.node.setAttribute('role', 'tooltip');
    this.node.addEventListener('mouseenter', () => this.stay());
    this.node.addEventListener('mouseleave', () => this.leave());
    this.node.style.display = 'none';
  }

  /** Show it once the pointer has rested here; at once if another is shown. */
  soon(info: AlgorithmInfo, beside: HTMLElement): void {
    this.stay();
    this.timer = window.setTimeout(() => this.showBeside(info, beside), this.info ? GRACE : REST);
  }

  /** The pointer went away; it may be on its way into the card. */
  leave(): void {
    this.stay();
    this.timer = window.setTimeout(() => this.close_(), GRACE);
  }

  override close(): void {
    this.stay();
    this.close_();
  }

  override dispose(): void {
    this.stay();
    super.dispose();
  }

  protected override render(): JSX.Element {
    return this.info ? <Docs info={this.info} trans={this.trans} /> : <></>;
  }

  private stay(): void {
    window.clearTimeout(this.timer);
  }

  private showBeside(info: AlgorithmInfo, beside: HTMLElement): void {
    if (!beside.isConnected || this.isDisposed) {
      return;
    }
    if (!this.isAttached) {
      Widget.attach(this, document.body);
    }
    this.info = info;
    const line = beside.getBoundingClientRect();
    const edge = (beside.closest('.jp-DaisyPanel') ?? beside).getBoundingClientRect();
    const { style } = this.node;
    style.display = '';
    style.left = `${edge.right + MARGIN}px`;
    style.top = `${Math.min(Math.max(line.top - MARGIN, MARGIN), window.innerHeight * 0.45)}px`;
    style.maxHeight = `${window.innerHeight - parseFloat(style.top) - 4 * MARGIN}px`;
    this.node.scrollTop = 0;
    this.update();
  }

  private close_(): void {
    this.info = null;
    this.node.style.display = 'none';
  }

  private info: AlgorithmInfo | null = null;
  private timer = 0;
}

/** The widget in the main area: one object, or two that are looked at together. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

import { link } from '../../imageLink';
import { type ImageChange, ImageModel, type Look } from '../../imageModel';
import { type Saved, type Way, titleOf } from '../../imageSaved';
import { LostError } from '../../rpc';
import { daisyIcon } from '../icons';
import { Body } from './body';
import { Pointer } from './pointer';
import type { Subject } from './subject';

export class ObjectView extends ReactWidget {
  constructor(
    readonly subjects: Subject[],
    readonly trans: TranslationBundle,
    saved: Saved
  ) {
    super();
    this.addClass('jp-DaisyLook');
    this.node.tabIndex = -1;
    this.first = saved.look ?? {};
    this._way = saved.way ?? null;
    this.title.label = titleOf(saved.seen);
    this.title.icon = daisyIcon;
    this.title.closable = true;
    this.title.caption = trans.__('Daisy object %1', titleOf(saved.seen));
    subjects.forEach(subject => subject.changed.connect(this.onSubject, this));
  }

  /** Pictures of the objects that are shown as such. */
  readonly models = new Map<Subject, ImageModel>();
  /** The position that is read, in all of them. */
  readonly pointer = new Pointer();

  /** What should be kept over a reload is another thing now. */
  get turned(): ISignal<this, void> {
    return this._turned;
  }

  /** How it is shown; null for the way that suits the object. */
  get way(): Way | null {
    return this._way;
  }

  set way(way: Way | null) {
    this._way = way;
    this._turned.emit();
    this.update();
  }

  /** Give what to keep over a reload. */
  get saved(): Saved {
    const [subject] = this.subjects;
    const look = subject && this.models.get(subject)?.look;
    return {
      seen: this.subjects.map(one => one.seen),
      kernel: subject?.kernel ?? '',
      ...(this._way && { way: this._way }),
      ...(look && { look })
    };
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.unlink?.();
      this.models.forEach(model => model.dispose());
      this.subjects.forEach(subject => subject.dispose());
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected override render(): JSX.Element {
    return <Body view={this} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.subjects.forEach(subject => subject.show());
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this.subjects.forEach(subject => subject.show());
    }
  }

  protected override onBeforeHide(message: Message): void {
    this.subjects.forEach(subject => subject.hide());
    super.onBeforeHide(message);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.focus();
  }

  protected override onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    // What was opened just now has its picture only now.
    void this.renderPromise?.then(() => {
      if (document.activeElement === this.node) {
        this.focus();
      }
    });
  }

  /** Give the keys to what is shown. */
  private focus(): void {
    const shown = this.node.querySelector<HTMLElement>('.jp-DaisyLook-stage, svg[tabindex], [tabindex="0"]');
    (shown ?? this.node).focus();
  }

  private onSubject(subject: Subject): void {
    const { info } = subject;
    const model = this.models.get(subject);
    if (info?.view === 'image') {
      if (!model) {
        this.add(subject, new ImageModel(subject, info, this.first));
      } else if (model.info !== info) {
        model.replace(info);
      } else if (model.problem instanceof LostError && subject.fate === 'here') {
        model.refresh(true);
      }
    }
    this._turned.emit();
    this.update();
  }

  private add(subject: Subject, model: ImageModel): void {
    this.models.set(subject, model);
    model.changed.connect(this.onLook, this);
    const [first, second] = [...this.models.values()];
    if (first && second) {
      this.unlink = link(first, second);
      first.set({});
    }
  }

  private onLook(_model: ImageModel, change: ImageChange): void {
    if (change === 'look') {
      this._turned.emit();
    }
  }

  private readonly first: Partial<Look>;
  private _way: Way | null;
  private unlink: (() => void) | null = null;
  private readonly _turned = new Signal<this, void>(this);
}

/** The line between two parts of a panel: dragged, or moved with the arrow keys. */
import * as React from 'react';

interface Props {
  /** Part before the line, from 0 to 1. */
  share: number;
  resize: (share: number) => void;
  label: string;
  /** Whether the parts stand side by side. */
  beside?: boolean;
}

const STEP = 0.04;
const [LEAST, MOST] = [0.12, 0.88];

export function Splitter({ share, resize, label, beside = false }: Props): JSX.Element {
  const move = (to: number) => resize(Math.min(Math.max(to, LEAST), MOST));
  const onPointerMove = (event: React.PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box && event.currentTarget.hasPointerCapture(event.pointerId)) {
      move(beside ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const [back, forth] = beside ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const step = event.key === back ? -STEP : event.key === forth ? STEP : 0;
    if (step) {
      event.preventDefault();
      move(share + step);
    }
  };
  return (
    <div
      className={`jp-DaisySplitter${beside ? ' jp-mod-beside' : ''}`}
      role="separator"
      tabIndex={0}
      aria-orientation={beside ? 'vertical' : 'horizontal'}
      aria-label={label}
      aria-valuemin={100 * LEAST}
      aria-valuemax={100 * MOST}
      aria-valuenow={Math.round(100 * share)}
      onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}

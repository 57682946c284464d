import type { ComponentChildren } from 'preact';
import { useTexts } from '../language/language-context.tsx';
import type { PageFault } from '../page-fault.ts';

/** Says what went wrong and what helps; read out at once by a screen reader. */
export function FaultNotice({ fault, children }: { fault: PageFault; children?: ComponentChildren }) {
  const { title, advice } = useTexts().faults[fault];
  return (
    <div class="notice" role="alert" data-testid="fault" data-fault={fault}>
      <p class="notice-title">{title}</p>
      <p>{advice}</p>
      {children}
    </div>
  );
}

import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../language/language-context.tsx';
import type { PageFault } from '../page-fault.ts';
import { FaultNotice } from './fault-notice.tsx';

interface ReconnectingProps {
  readonly fault: PageFault;
  /** Milliseconds of `Date.now`; undefined while a try is under way. */
  readonly retryAt: number | undefined;
  readonly retryNow: () => void;
}

/** Why the lesson is interrupted, and when the page tries again. */
export function Reconnecting({ fault, retryAt, retryNow }: ReconnectingProps) {
  const texts = useTexts();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  const seconds = retryAt === undefined ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000));
  return (
    <FaultNotice fault={fault}>
      <p class="retry">
        {/* Out of the live region's way: a countdown that is read out every second says nothing. */}
        <span aria-hidden="true">{retryAt === undefined ? texts.retry.trying : texts.retry.in(seconds)}</span>
        <button type="button" disabled={retryAt === undefined} onClick={retryNow}>
          {texts.retry.now}
        </button>
      </p>
    </FaultNotice>
  );
}

import { createElement as h, type ReactElement } from 'react';
import type { JsonObject } from 'sandbox-kit/json';
import { Dialog } from 'sandbox-kit/page/dialog';
import { plainText } from './element-parts.ts';

/** The confirmation that an app requests for a button. */
export const ConfirmDialog = ({
  confirm,
  onConfirm,
  onDeny,
}: {
  confirm: JsonObject;
  onConfirm: () => void;
  onDeny: () => void;
}): ReactElement =>
  h(
    Dialog,
    { label: plainText(confirm.title), className: 'confirm', onClose: onDeny },
    h('h2', null, plainText(confirm.title)),
    h('p', null, plainText(confirm.text)),
    h(
      'footer',
      null,
      h('button', { type: 'button', className: 'button default', onClick: onDeny }, plainText(confirm.deny)),
      h(
        'button',
        { type: 'button', className: `button ${String(confirm.style ?? 'primary')}`, onClick: onConfirm },
        plainText(confirm.confirm),
      ),
    ),
  );

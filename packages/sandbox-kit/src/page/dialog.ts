import { createElement as h, type ReactElement, type ReactNode, useEffect, useRef } from 'react';

/** A modal dialog of the browser's own: it keeps the focus inside and closes with Escape. */
export const Dialog = ({
  label,
  className,
  onClose,
  children,
}: {
  label: string;
  className: string;
  onClose: () => void;
  children?: ReactNode;
}): ReactElement => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return h(
    'dialog',
    {
      ref: dialog,
      className: `dialog ${className}`,
      'aria-label': label,
      onCancel: (event: { preventDefault: () => void }) => {
        event.preventDefault();
        onClose();
      },
      onClick: (event: { target: EventTarget }) => {
        // A click on the dialog itself, not on something in it, is one on the backdrop.
        if (event.target === dialog.current) onClose();
      },
    },
    h('div', { className: 'dialog-body' }, children),
  );
};

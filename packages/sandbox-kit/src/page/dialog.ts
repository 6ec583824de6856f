import { createElement as h, type ReactElement, type ReactNode, useEffect, useRef } from 'react';

/** A modal dialog of the browser: keeps the focus and closes with Escape. */
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
        // A click on the dialog element itself is on the backdrop.
        if (event.target === dialog.current) onClose();
      },
    },
    h('div', { className: 'dialog-body' }, children),
  );
};

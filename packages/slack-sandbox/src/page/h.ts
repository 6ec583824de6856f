// The page is written without JSX, since the project has no build step; this keeps it short.
export { createElement as h, Fragment } from 'react';

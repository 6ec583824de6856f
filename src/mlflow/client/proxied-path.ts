/**
 * Path under the tracking server's address where a file of a run is put, for an artifact URI of the scheme
 * mlflow-artifacts, by which the server says that it takes artifacts itself. Null for every other scheme, and
 * when the URI names another host: its credentials are not ours to send there.
 *
 * @param host host and port of the tracking server
 * @param path segments separated by /
 */
export const proxiedPath = (artifactUri: string, path: string, host: string): string | null => {
  const parts = /^mlflow-artifacts:(?:\/\/([^/]*))?(\/.*)?$/.exec(artifactUri);
  if (parts === null) return null;
  const [, uriHost = '', root = ''] = parts;
  if (uriHost !== '' && uriHost !== host) return null;
  const segments = [...root.split('/'), ...path.split('/')].filter((segment) => segment !== '');
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    throw new RangeError(`An artifact's path cannot go up: ${path}`);
  }
  return `/api/2.0/mlflow-artifacts/artifacts/${segments.map(encodeURIComponent).join('/')}`;
};

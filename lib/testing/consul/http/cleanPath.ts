/**
 * A decoded path without `//`, `.` and `..`, as Go's HTTP server wants it before it looks at a
 * request. Source: https://pkg.go.dev/net/http#ServeMux.
 */
export function cleanPath(path: string): string {
  const segments = path
    .split('/')
    .reduce<readonly string[]>(
      (kept, segment) =>
        segment === '..' ? kept.slice(0, -1) : isEmpty(segment) ? kept : [...kept, segment],
      [],
    );
  const clean = `/${segments.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

function isEmpty(segment: string): boolean {
  return segment === '' || segment === '.';
}

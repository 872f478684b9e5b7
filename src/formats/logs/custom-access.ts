import { parseFormatText } from "../access-format-text.ts";
import { formatOfLayout } from "../access-layout.ts";
import type { Format } from "../format.ts";

/**
 * The format of access logs that are written as `text` says: the user's own `log_format` (nginx), `LogFormat` (Apache,
 * Tomcat, Jetty, lighttpd, Varnish), `log-format` (HAProxy) or Envoy format, or the name of a common one.
 * @throws UserProblem `option-invalid` when the text cannot be used
 */
export function accessFormatOf(text: string): Format {
  return formatOfLayout("custom-access", "Web access log in the format given", parseFormatText(text));
}

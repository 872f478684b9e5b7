import { parseFormatText } from "../access-format-text.ts";
import { formatOfLayout } from "../access-layout.ts";

/**
 * Envoy's default text format, as Istio's and other gateways' too; the fields behind the upstream's address differ and are
 * not read. Source: Envoy, access logging, "Default Format String"; Istio, mesh config `accessLogFormat`.
 */
export const envoy = formatOfLayout(
  "envoy",
  "Envoy access log (default text format)",
  parseFormatText(
    '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
      '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
      '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"',
  ),
);

import type { Advice } from "./advice.ts";

const nginxReload = "nginx -t && systemctl reload nginx";
const http = ["http"];

/** Web servers and what runs behind them. */
export const webAdvice: readonly Advice[] = [
  {
    products: ["nginx", "openresty"],
    services: http,
    against: "version",
    mitigation: "M1056",
    short: "server_tokens off;",
    change: {
      file: "/etc/nginx/nginx.conf, http",
      before: "server_tokens on;",
      after: "server_tokens off;",
      apply: nginxReload,
    },
    hides: "the version, in the Server header and on error pages",
    leaves:
      "the word nginx (only another build or a proxy removes it), the look of its error pages, the order of headers",
    source: "https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens",
  },
  {
    products: ["http_server", "httpd"],
    services: http,
    against: "version",
    mitigation: "M1056",
    short: "ServerTokens Prod and ServerSignature Off",
    change: {
      file: "/etc/apache2/conf-available/security.conf",
      before: "ServerTokens OS\nServerSignature On",
      after: "ServerTokens Prod\nServerSignature Off",
      apply: "apachectl configtest && systemctl reload apache2",
    },
    hides: "version, operating system and modules, in the Server header and under error pages and listings",
    leaves: "the word Apache, the look of its error pages, ETags",
    source: "https://httpd.apache.org/docs/2.4/mod/core.html#servertokens",
  },
  {
    products: ["internet_information_services", "internet_information_server", "iis"],
    services: http,
    mitigation: "M1056",
    short: '<requestFiltering removeServerHeader="true" /> in web.config (IIS 10 and later)',
    change: {
      file: "web.config, system.webServer/security",
      before: "<requestFiltering />",
      after: '<requestFiltering removeServerHeader="true" />',
      apply: "iisreset",
    },
    hides: "the Server header of answers that IIS makes",
    leaves:
      "Server: Microsoft-HTTPAPI/2.0 in answers of the kernel driver to broken requests; TLS and TCP still show Windows",
    source: "https://learn.microsoft.com/en-us/iis/configuration/system.webserver/security/requestfiltering/",
  },
  {
    products: ["http.sys"],
    services: http,
    mitigation: "M1056",
    short: "registry value DisableServerHeader = 2 (HTTP\\Parameters), then restart",
    change: {
      file: "HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters",
      before: "",
      after: "DisableServerHeader (DWORD) = 2",
      apply: "net stop http && net start http, or a restart",
    },
    hides: "the Server header of the kernel driver",
    leaves: "that it is Windows, by TLS, TCP and the wording of its error pages",
    source:
      "https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/iis/iisadmin-service-inetinfo/httpsys-registry-windows",
  },
  {
    products: ["asp.net"],
    services: http,
    mitigation: "M1056",
    short: '<remove name="X-Powered-By" /> and enableVersionHeader="false" in web.config',
    change: {
      file: "web.config, system.webServer/httpProtocol and system.web",
      before: "<customHeaders />\n<httpRuntime />",
      after:
        '<customHeaders><remove name="X-Powered-By" /></customHeaders>\n<httpRuntime enableVersionHeader="false" />',
      apply: "saved, it takes effect",
    },
    hides: "X-Powered-By and X-AspNet-Version",
    leaves: "endings such as .aspx, names of cookies (ASP.NET_SessionId), error pages without customErrors",
    source:
      "https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.httpruntimesection.enableversionheader",
  },
  {
    products: ["php"],
    services: http,
    mitigation: "M1056",
    short: "expose_php = Off",
    change: {
      file: "php.ini (/etc/php/VERSION/fpm/php.ini)",
      before: "expose_php = On",
      after: "expose_php = Off",
      apply: "systemctl reload phpVERSION-fpm, or the web server that loads PHP",
    },
    hides: "X-Powered-By",
    leaves: "endings such as .php, the cookie PHPSESSID, error texts while display_errors is on, any phpinfo() page",
    source: "https://www.php.net/manual/en/ini.core.php#ini.expose-php",
  },
  {
    products: ["tomcat"],
    services: http,
    mitigation: "M1056",
    short: 'ErrorReportValve with showReport="false" showServerInfo="false" in server.xml',
    change: {
      file: "conf/server.xml, Host",
      before: "",
      after:
        '<Valve className="org.apache.catalina.valves.ErrorReportValve" showReport="false" showServerInfo="false" />',
      apply: "systemctl restart tomcat10",
    },
    hides: "version and stack traces on error pages; a Server header is sent only where the Connector names one",
    leaves: "default pages, examples and the manager applications while they are deployed: remove them",
    source: "https://tomcat.apache.org/tomcat-10.1-doc/config/valve.html#Error_Report_Valve",
  },
  {
    products: ["jetty"],
    services: http,
    mitigation: "M1056",
    short: "jetty.httpConfig.sendServerVersion=false",
    change: {
      file: "start.d/server.ini",
      before: "# jetty.httpConfig.sendServerVersion=true",
      after: "jetty.httpConfig.sendServerVersion=false",
      apply: "restart Jetty",
    },
    hides: "the Server header with its version",
    leaves: "the look of error pages",
    source: "https://jetty.org/docs/jetty/12/operations-guide/modules/standard.html#server",
  },
  {
    products: ["express"],
    services: http,
    mitigation: "M1056",
    short: 'app.disable("x-powered-by")',
    change: {
      file: "where the application is made",
      before: "const app = express();",
      after: 'const app = express();\napp.disable("x-powered-by");',
      apply: "deploy the application again",
    },
    hides: "X-Powered-By",
    leaves:
      "error pages of Express (Cannot GET …), names of cookies (connect.sid), stack traces unless NODE_ENV=production",
    source: "https://expressjs.com/en/advanced/best-practice-security.html",
  },
  {
    products: ["next.js"],
    services: http,
    mitigation: "M1056",
    short: "poweredByHeader: false",
    change: {
      file: "next.config.js",
      before: "module.exports = {",
      after: "module.exports = {\n  poweredByHeader: false,",
      apply: "build and deploy again",
    },
    hides: "X-Powered-By",
    leaves: "paths under /_next/",
    source: "https://nextjs.org/docs/app/api-reference/config/next-config-js/poweredByHeader",
  },
  {
    products: ["jenkins"],
    services: http,
    mitigation: "M1056",
    short: "no setting hides it; at the reverse proxy: proxy_hide_header X-Jenkins;",
    change: {
      file: "nginx in front of it, location",
      before: "",
      after: "proxy_hide_header X-Jenkins;\nproxy_hide_header X-Hudson;\nproxy_hide_header X-Jenkins-Session;",
      apply: nginxReload,
    },
    hides: "the version in headers",
    leaves: "the version at the foot of pages that may be read without a log-in, /api/, the agents' port (50000)",
    source: "https://www.jenkins.io/doc/book/system-administration/reverse-proxy-configuration-with-jenkins/",
  },
  {
    products: ["grafana"],
    services: http,
    mitigation: "M1056",
    short: "hide_version = true in [auth.anonymous]",
    change: {
      file: "/etc/grafana/grafana.ini, [auth.anonymous]",
      before: ";hide_version = false",
      after: "hide_version = true",
      apply: "systemctl restart grafana-server",
    },
    hides: "the version from those who have not logged in",
    leaves: "that it is Grafana, and names of files that change with each release",
    source: "https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#hide_version",
  },
];

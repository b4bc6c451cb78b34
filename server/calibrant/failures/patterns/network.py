"""How tools report trouble on the way to another machine, or at its door."""

from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_STATUS = (
    r"(?:HTTP(?:/[\d.]{1,3})?|[Ss]tatus(?: ?code)?:?|returned error:|response code:?"
    r"|HTTP Error|ERR!|ERR_PNPM_FETCH_|HTTP response from [^\n]{1,200}, got|^[-\d: ]{0,30}ERROR|npm error code E|"
    r"bad response [A-Z][\w ]{2,40}|Response Code:|[Ee]rror occurred \() ?"
)
_REACH = "Check that the service is running and that its address is right."
_LOGIN = "Check the user name, password or token that the step uses."

PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="connect-failed-to",
        regex=r"[Ff]ailed to connect to (?P<host>[^\s,:]{1,200}) port (?P<port>\d{1,5})",
        kind=Kind.CONNECTION,
        code="connection-refused",
        confidence=0.92,
        message="Nothing answers at {host}, port {port}.",
        hint=_REACH,
        subject="{host}:{port}",
        shared=True,
        matching=("curl: (7) Failed to connect to localhost port 8099 after 0 ms: Couldn't connect to server",),
        non_matching=("connected to localhost port 80",),
    ),
    Pattern(
        name="connection-refused-at",
        regex=r"ECONNREFUSED (?P<host>[\w.:\[\]-]{1,200})",
        kind=Kind.CONNECTION,
        code="connection-refused",
        confidence=0.92,
        message="Nothing answers at {host}.",
        hint=_REACH,
        subject="{host}",
        shared=True,
        matching=("Error: connect ECONNREFUSED 127.0.0.1:5432",),
        non_matching=("connect to 127.0.0.1:5432 done",),
    ),
    Pattern(
        name="connection-refused",
        regex=(
            r"[Cc]onnection refused(?=[ \t]{0,8}$|[)'\".,:;\]>])|ECONNREFUSED|actively refused it|No route to host|"
            r"Network is unreachable|ENETUNREACH"
        ),
        kind=Kind.CONNECTION,
        code="connection-refused",
        confidence=0.88,
        message="A service that the command wants to reach does not answer.",
        hint=_REACH,
        matching=(
            "ConnectionRefusedError: [Errno 111] Connection refused",
            'psql: error: connection to server at "localhost", port 5432 failed: Connection refused',
            "ssh: connect to host x port 22: No route to host",
        ),
        non_matching=("the offer was refused",),
    ),
    Pattern(
        name="host-not-found-named",
        regex=(
            r"(?:[Cc]ould not resolve host(?:name)?:?|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|unable to resolve host(?: address)?|"
            r"could not translate host name) ['\"‘“]?(?P<host>[^\s'\"’”:]{1,200})"
        ),
        kind=Kind.CONNECTION,
        code="host-not-found",
        confidence=0.94,
        message="There is no host called ‘{host}’, or its name cannot be looked up here.",
        hint="Check the host's name and the network.",
        subject="{host}",
        shared=True,
        matching=(
            "curl: (6) Could not resolve host: api.exmaple.com",
            "Error: getaddrinfo ENOTFOUND api.exmaple.com",
            'psql: error: could not translate host name "dbx" to address: Name or service not known',
        ),
        non_matching=("resolved host: ok",),
    ),
    Pattern(
        name="host-not-found",
        regex=(
            r"Name or service not known|Temporary failure in name resolution|nodename nor servname provided|no such host|"
            r"[Nn]ame resolution failed|Failed to resolve '(?P<host>[^'\n]{1,200})'"
        ),
        kind=Kind.CONNECTION,
        code="host-not-found",
        confidence=0.9,
        message="A host's name cannot be looked up here. {host}",
        hint="Check the host's name and the network.",
        subject="{host}",
        matching=(
            "socket.gaierror: [Errno -2] Name or service not known",
            "dial tcp: lookup api.exmaple.com: no such host",
        ),
        non_matching=("a host of names",),
    ),
    Pattern(
        name="proxy-refused",
        regex=(
            r"(?:407 |failed: )Proxy Authentication Required|CONNECT tunnel failed, response \d{3}|Received HTTP code \d{3} from "
            r"proxy|(?:Cannot|Unable to) connect to proxy|Tunnel connection failed: \d{3}|Proxy tunneling failed|"
            r"[Cc]ould not resolve proxy|\bE407\b|\bProxyError\b"
        ),
        kind=Kind.CONNECTION,
        code="proxy-error",
        confidence=0.96,
        message="The proxy between this machine and the others refuses, or cannot be reached.",
        hint=(
            "Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and the proxy settings of the tool; 407 means that the proxy "
            "asks for a login."
        ),
        subject="",
        matching=(
            "fatal: unable to access 'https://git.example.com/a.git/': CONNECT tunnel failed, response 407",
            "npm error code E407",
            (
                "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel "
                "connection failed: 407')'"
            ),
            "httpx.ProxyError: 407 Proxy Authentication Required",
        ),
        non_matching=("the proxy is set",),
    ),
    Pattern(
        name="certificate-refused",
        regex=(
            r"certificate verify failed|[Ss]elf[- ]signed certificate|certificate has expired|SSL certificate problem|"
            r"x509: certificate|[Ss]erver certificate verification failed|invalid peer certificate|"
            r"CERT_HAS_EXPIRED|UNABLE_TO_VERIFY_LEAF_SIGNATURE"
        ),
        kind=Kind.CONNECTION,
        code="certificate-error",
        confidence=0.95,
        message="The other side's certificate is not accepted.",
        hint="Check the address and the date of the certificate, and which authorities this machine trusts.",
        matching=(
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed",
            "curl: (60) SSL certificate problem: unable to get local issuer certificate",
        ),
        non_matching=("certificate issued",),
    ),
    Pattern(
        name="timed-out",
        regex=(
            r"(?:[Cc]onnection|[Cc]onnect|[Rr]ead|[Rr]equest|[Oo]peration|[Rr]esolving) timed out|ETIMEDOUT|"
            r"timeout of \d{1,9} ?ms exceeded$|Net::(?:Read|Open)Timeout|"
            r"^(?:[\w.]{1,100}\.)?\w{0,40}(?:TimeoutError|TimeoutException|ConnectTimeout|ReadTimeout)\b|"
            r"deadline exceeded|[Tt]imeout was reached|^Timeout \S{0,10}\d"
        ),
        kind=Kind.TRANSIENT,
        code="timed-out",
        confidence=0.88,
        message="An answer did not come in time.",
        hint="Try again; where it happens often, allow more time.",
        matching=(
            "Net::ReadTimeout with #<Socket:(closed)> (Net::ReadTimeout)",
            "curl: (28) Connection timed out after 5001 milliseconds",
            "httpx.ReadTimeout: The read operation timed out",
            "TimeoutError: [Errno 110] Connection timed out",
            "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        ),
        non_matching=("timeout=30", "the timer is out"),
    ),
    Pattern(
        name="connection-lost",
        regex=(
            r"[Cc]onnection reset by peer|ECONNRESET|[Bb]roken pipe|Remote end closed connection|Empty reply from server|"
            r"UND_ERR_SOCKET|other side closed|IncompleteRead\(|EPIPE\b|[Ss]ocket hang up|unexpected EOF while "
            r"reading|transfer closed with \d{1,15}"
        ),
        kind=Kind.TRANSIENT,
        code="connection-lost",
        confidence=0.86,
        message="The connection broke off in the middle.",
        hint="Try again; where it happens often, look at the other side's records.",
        matching=(
            "http.client.IncompleteRead: IncompleteRead(50 bytes read, 99950 more expected)",
            "ConnectionResetError: [Errno 104] Connection reset by peer",
            "Error: socket hang up",
        ),
        non_matching=("connection kept alive",),
    ),
    Pattern(
        name="unauthorized",
        regex=_STATUS
        + r"401\b|\b401 (?:Client Error: )?Unauthorized|\b401, message=|could not read (?:Username|Password) for|"
        r"[Aa]uthentication (?:failed|required)|[Bb]ad credentials",
        kind=Kind.AUTH,
        code="login-failed",
        confidence=0.92,
        message="The login was refused.",
        hint=_LOGIN,
        matching=(
            "fatal: could not read Username for 'http://127.0.0.1:18080': terminal prompts disabled",
            "npm error code E401\nnpm error Incorrect or missing password.",
            "curl: (22) The requested URL returned error: 401",
            "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: http://x",
            "fatal: Authentication failed for 'https://example.com/a.git/'",
        ),
        non_matching=("line 401: ok", "401 files copied"),
    ),
    Pattern(
        name="invalid-credentials",
        regex=(
            r"(?i:invalid (?:credentials?|api[ _-]?key|(?:access |auth )?token|username or password|login))|"
            r"password authentication failed for user|Access denied for user|Login failed for user|ExpiredToken|"
            r"InvalidAccessKeyId"
        ),
        kind=Kind.AUTH,
        code="login-failed",
        confidence=0.93,
        message="The login was refused: the user name, password or token is not right.",
        hint=_LOGIN,
        matching=(
            'psql: FATAL:  password authentication failed for user "bob"',
            "Error: Invalid API key provided",
            "ERROR 1045 (28000): Access denied for user 'root'@'localhost'",
        ),
        non_matching=("invalid argument", "valid credentials found"),
    ),
    Pattern(
        name="ssh-key",
        regex=r"Permission denied \([a-z,-]{0,80}publickey|Host key verification failed",
        kind=Kind.AUTH,
        code="login-failed",
        confidence=0.97,
        message="The other machine did not accept the SSH key.",
        hint="Check that the right key is loaded here and known over there.",
        matching=("git@github.com: Permission denied (publickey).", "Host key verification failed."),
        non_matching=("cat: x: Permission denied",),
    ),
    Pattern(
        name="forbidden",
        regex=_STATUS + r"403\b|\b403 (?:Client Error: )?Forbidden|\b403, message=|AccessDenied(?:Exception)?\b",
        kind=Kind.AUTH,
        code="login-failed",
        confidence=0.92,
        message="The login is known, but it may not do this.",
        hint="Give the user or token the right that is missing, or use another one.",
        matching=(
            "curl: (22) The requested URL returned error: 403",
            "HTTP/1.1 403 Forbidden",
            "An error occurred (AccessDenied) when calling the PutObject operation",
        ),
        non_matching=("403 lines read",),
    ),
    Pattern(
        name="rate-limited",
        regex=_STATUS
        + r"429\b|(?<!': ')[Tt]oo [Mm]any [Rr]equests|(?i:rate[ -]limit(?:ed| exceeded| reached))|RateLimitError|"
        r"ThrottlingException",
        kind=Kind.RATE_LIMIT,
        code="rate-limited",
        confidence=0.94,
        message="The service was asked too often and refuses for now.",
        hint="Wait a little, ask for less at a time, or add ‘retry’ with a longer ‘delay’.",
        matching=(
            "curl: (22) The requested URL returned error: 429",
            "HTTP 429 Too Many Requests",
            "API rate limit exceeded for 1.2.3.4",
        ),
        non_matching=("429 rows", "the rate limit is 60 per hour"),
    ),
    Pattern(
        name="service-unavailable",
        regex=_STATUS
        + r"50[0234]\b|\b50[0234], message=|\b50[0234] {1,2}(?:Server Error: )?(?:Internal Server Error|Bad Gateway|"
        r"Service Unavailable|Gateway Time-?out)",
        kind=Kind.TRANSIENT,
        code="service-unavailable",
        confidence=0.9,
        message="The service is there but could not answer.",
        hint="Try again later; where it goes on, tell those who run the service.",
        matching=(
            "aiohttp.client_exceptions.ClientResponseError: 500, message='Internal Server Error', url='http://127.0.0.1:18080/500/z'",
            "2026-11-21 17:12:13 ERROR 500: Internal Server Error.",
            "  failed to get successful HTTP response from `http://127.0.0.1:18080/500/config.json` (127.0.0.1), got 500",
            "Unable to download data from http://127.0.0.1:18080/500/ - bad response Internal Server Error 500",
            "curl: (22) The requested URL returned error: 503",
            "urllib.error.HTTPError: HTTP Error 502: Bad Gateway",
            "504 Gateway Time-out",
        ),
        non_matching=("503 tests passed", "took 502 ms"),
    ),
)

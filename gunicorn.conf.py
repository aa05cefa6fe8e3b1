"""How `web` is served; the port is PORT, as gunicorn itself reads it."""

wsgi_app = "app:create_app()"
worker_class = "gthread"
workers = 2
threads = 8
# A stop must be over within ten seconds
graceful_timeout = 8
# Nobody steers it from outside, and the socket would stand in the way of a second shop
control_socket_disable = True

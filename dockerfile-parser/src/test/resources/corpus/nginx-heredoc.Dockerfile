FROM nginx:alpine
COPY <<EOF /etc/nginx/conf.d/default.conf
server {
  listen 80;
  root /usr/share/nginx/html;
  location / {
    try_files \$uri \$uri/ /index.html;
  }
  location /api { proxy_pass http://${BACKEND:-api:8080}; }
}
EOF
COPY <<'INDEX' <<"ROBOTS" /usr/share/nginx/html/
<!doctype html>
<title>$HOME stays $HOME</title>
INDEX
User-agent: *
Disallow: /
ROBOTS

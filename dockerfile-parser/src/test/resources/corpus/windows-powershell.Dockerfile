# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
ENV APP_HOME C:\app
WORKDIR C:\app
RUN Invoke-WebRequest -Uri https://example.com/tool.zip -OutFile tool.zip; `
    Expand-Archive tool.zip -DestinationPath C:\tools; `
    # no need to keep it
    Remove-Item tool.zip
COPY config\*.json C:\app\config\
USER ContainerUser
ENTRYPOINT ["C:\\tools\\tool.exe", "/service"]

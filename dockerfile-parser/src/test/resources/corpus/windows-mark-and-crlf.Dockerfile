# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WORKDIR C:\site
COPY bin\ .
RUN mkdir logs && `
    echo ready > logs\state.txt
CMD ["site.exe"]

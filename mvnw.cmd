@echo off
rem Runs Maven, in the release that .mvn\wrapper\maven-wrapper.properties pins; see mvnw for what it needs and obeys.
setlocal
set "wrapper=%~dp0.mvn\wrapper"
for /f "usebackq eol=# tokens=1,2 delims==" %%a in ("%wrapper%\maven-wrapper.properties") do set "%%a=%%b"
set "home=%MAVEN_USER_HOME%"
if not defined home set "home=%USERPROFILE%\.m2"
set "maven=%home%\wrapper\dists\apache-maven-%mavenVersion%-%mavenSha512:~0,12%"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if not exist "%maven%\bin\mvn.cmd" "%java%" %MAVEN_OPTS% "%wrapper%\MavenWrapper.java" %mavenVersion% %mavenSha512% "%maven%"
if not exist "%maven%\bin\mvn.cmd" (
    echo mvnw: Maven %mavenVersion% is not there. It takes a JDK, 11 or newer, in JAVA_HOME or on the PATH, and the network. 1>&2
    exit /b 1
)
call "%maven%\bin\mvn.cmd" %*
exit /b %ERRORLEVEL%

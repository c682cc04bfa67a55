-- | Logging in: with a password, or at a till with a PIN. Sessions are opaque tokens, of which the database has hashes.
module Retail.App.Sessions
  ( Token,
    logIn,
    logOut,
    switchByPin,
    isPin,
    authenticate,
    authenticateToken,
    readMe,
  )
where

import Control.Monad (unless, when)
import Data.ByteString (ByteString)
import Data.ByteString.Char8 qualified as Bytes
import Data.Char (isDigit)
import Data.IORef (atomicModifyIORef', readIORef)
import Data.Map.Strict qualified as Map
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Time (NominalDiffTime, UTCTime, addUTCTime)
import Retail.App.Attempts (Address, limited)
import Retail.App.Config (Config (..))
import Retail.App.Env
import Retail.App.Password
import Retail.App.Problem
import Retail.Contract.Secret (Secret, reveal)
import Retail.Contract.Staff
import Retail.Db.ApiToken (findToken)
import Retail.Db.Staff
import Retail.Db.Transaction
import Retail.Domain.Id
import Retail.Domain.Role (Role (WebShop))
import Retail.Obs.Event (Event (..))

-- | What the cookie carries.
type Token = ByteString

logIn :: Env -> Address -> Login -> IO (Token, Me)
logIn env@Env {database, tell} address Login {organisation = slug, email, password} = do
  known <- limited env (slug <> " " <> Text.toLower email) address $ do
    known <- findLogin database slug email
    right <- maybe (verifyNothing password) (\(_, _, stored) -> verifyPassword password stored) known
    pure (if right then known else Nothing)
  case known of
    Just (organisation, staff, _) -> beginSession env organisation staff
    Nothing -> tell LoginRefused >> refuse WrongCredentials "Organisation, e-mail or password is wrong."

beginSession :: Env -> Id "organisation" -> Id "staff" -> IO (Token, Me)
beginSession Env {database, clock, random, config = Config {sessionHours}} organisation staff = do
  now <- clock
  (token, tokenHash) <- newToken random
  inTransaction database organisation $ \connection -> do
    addSession connection tokenHash staff (addUTCTime (fromIntegral sessionHours * 3600) now)
    me <- meOf connection staff
    pure (token, me)
  where
    meOf connection who = do
      staff <- findMember connection who >>= (`orRefuse` (Unauthenticated, "There is no such member of staff."))
      organisation <- findOrganisation connection
      pure Me {..}

readMe :: Env -> Actor -> IO Me
readMe Env {database} Actor {organisation, staff = who} = inTransaction database organisation $ \connection -> do
  staff <- findMember connection who >>= (`orRefuse` (Unauthenticated, "There is no such member of staff."))
  organisation <- findOrganisation connection
  pure Me {..}

logOut :: Env -> Actor -> IO ()
logOut Env {database, recent} Actor {organisation, tokenHash} = do
  inTransaction database organisation (`removeSession` tokenHash)
  atomicModifyIORef' recent (\known -> (Map.delete tokenHash known, ()))

-- | How long another copy of the service may still honour a session that was ended.
remembered :: NominalDiffTime
remembered = 5

-- | Who a cookie's token belongs to, or a program's. Looked up at most every five seconds.
authenticate, authenticateToken :: Env -> Token -> IO Actor
authenticate = authenticateBy findSession "The session has ended. Log in."
authenticateToken = authenticateBy findToken "The token is not one, or was revoked."

authenticateBy :: (Database -> ByteString -> IO (Maybe (Id "organisation", Id "staff", [Grant]))) -> Text -> Env -> Token -> IO Actor
authenticateBy look reason Env {database, clock, recent} token = do
  now <- clock
  known <- readIORef recent
  case Map.lookup tokenHash known of
    Just (until', actor) | until' > now -> pure actor
    _ -> do
      (organisation, staff, grants) <- look database tokenHash >>= (`orRefuse` (Unauthenticated, reason))
      let actor = Actor {..}
      atomicModifyIORef' recent (\before -> (Map.insert tokenHash (addUTCTime remembered now, actor) (fresh now before), ()))
      pure actor
  where
    tokenHash = hashToken token
    -- Forgets what is stale when there is much of it.
    fresh now before
      | Map.size before < 1_000 = before
      | otherwise = Map.filter ((> now) . fst) before

mostPinFailures :: Int
mostPinFailures = 5

pinLock :: NominalDiffTime
pinLock = 15 * 60

data PinVerdict = PinRight | PinWrong | PinIsLocked

-- | Takes over a till where somebody is logged in. After five wrong PINs the right one is refused too, for a quarter
-- of an hour.
switchByPin :: Env -> Actor -> PinLogin -> IO (Token, Me)
switchByPin env@Env {database, clock, tell} Actor {organisation, grants} PinLogin {staffId, pin} = do
  when (any (\Grant {role} -> role == WebShop) grants) (refuse Forbidden "A program does not take over a till.")
  unless (isPin pin) (refuse InvalidValue "A PIN has 4 to 12 digits.")
  now <- clock
  verdict <- inTransaction database organisation $ \connection -> lockPin connection staffId >>= judge connection now
  case verdict of
    PinRight -> beginSession env organisation staffId
    PinWrong -> tell (PinRefused organisation) >> refuse WrongCredentials "The PIN is wrong."
    PinIsLocked -> tell (PinRefused organisation) >> refuse PinLocked "Too many wrong PINs. Wait, or log in with a password."
  where
    judge connection now = \case
      Just PinOnFile {lockedUntil = Just until'} | until' > now -> pure PinIsLocked
      Just PinOnFile {pinHash = Just stored, failures} -> do
        right <- verifyPassword pin stored
        if right
          then PinRight <$ forgetPinFailures connection staffId
          else PinWrong <$ notePinFailure connection staffId (lockAfter now failures)
      _ -> PinWrong <$ verifyNothing pin
    lockAfter :: UTCTime -> Int -> Maybe UTCTime
    lockAfter now failures = if failures + 1 >= mostPinFailures then Just (addUTCTime pinLock now) else Nothing

isPin :: Secret -> Bool
isPin pin = Bytes.length digits >= 4 && Bytes.length digits <= 12 && Bytes.all isDigit digits
  where
    digits = reveal pin
